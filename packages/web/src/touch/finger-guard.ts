/**
 * A control that appears where another was is inert for 400 ms: the finger was aimed at the other
 * one. The guard keeps the places of all controls for that long. It swallows a tap on a control
 * whose place belonged to another control when the finger set out, and marks such controls
 * `aria-disabled` meanwhile.
 *
 * A control is the same as before when its `data-does` is the same, or, without one, when the
 * element is.
 */
const inertMs = 400;
const controls = "button, a[href], input, select, textarea, summary, [role='button']";

interface Place {
  readonly control: Element;
  readonly does: string | null;
  readonly box: DOMRect;
}
interface Layout {
  readonly places: readonly Place[];
  /** When another layout took its place. */
  endedAt: number;
}

const holds = ({ box }: Place, x: number, y: number): boolean =>
  x >= box.left && x < box.right && y >= box.top && y < box.bottom;
const overlaps = (a: DOMRect, b: DOMRect): boolean =>
  a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
const isSame = (a: Place, b: Place): boolean =>
  a.does !== null || b.does !== null ? a.does === b.does : a.control === b.control;
const isStill = (a: Place, b: Place): boolean =>
  isSame(a, b) && Math.abs(a.box.top - b.box.top) < 2 && Math.abs(a.box.left - b.box.left) < 2;

/** The controls that can be reached now, the topmost last: those of an open sheet, else all. */
function measure(): Place[] {
  const sheets = document.querySelectorAll("[data-sheet]");
  const reach = sheets[sheets.length - 1] ?? document;
  return [...reach.querySelectorAll(controls)].flatMap((control) => {
    const box = control.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return [];
    return { control, does: control.getAttribute("data-does"), box };
  });
}

/** Starts the guard; once per page. @returns a function that ends it. */
export function guardFingers(root: Element = document.body): () => void {
  let current: readonly Place[] = measure();
  let past: Layout[] = [];
  let swallowUntil = 0;

  const recent = () => {
    const oldest = performance.now() - inertMs;
    past = past.filter(({ endedAt }) => endedAt >= oldest);
    return past;
  };
  const look = () => {
    const next = measure();
    const isUnchanged =
      next.length === current.length &&
      next.every((place, index) => isStill(place, current[index] ?? place));
    if (isUnchanged) {
      current = next;
      return;
    }
    past.push({ places: current, endedAt: performance.now() });
    const before = recent().flatMap(({ places }) => places);
    for (const place of next) {
      if (current.some((other) => isStill(place, other))) continue;
      const took = before.some((other) => !isSame(place, other) && overlaps(place.box, other.box));
      if (took) markInert(place.control);
    }
    current = next;
  };
  /** Whether another control lay under this point a moment ago, and this one did not. */
  const isTaken = (control: Element, x: number, y: number): boolean => {
    look();
    const place = current.find((each) => each.control === control);
    if (place === undefined) return false;
    return recent().some(({ places }) => {
      const top = places.filter((each) => holds(each, x, y)).pop();
      return top !== undefined && !isSame(top, place);
    });
  };
  const pressed = (event: PointerEvent) => {
    const control = (event.target as Element).closest(controls);
    const taken = control !== null && isTaken(control, event.clientX, event.clientY);
    swallowUntil = taken ? performance.now() + 1_000 : 0;
  };
  const clicked = (event: MouseEvent) => {
    // A key, a switch or a screen reader presses a control by its name, not by its place.
    if (event.detail === 0) return;
    if (performance.now() < swallowUntil) {
      event.stopImmediatePropagation();
      event.preventDefault();
    }
    swallowUntil = 0;
  };
  // The person moved it all: what is under the finger is what they see.
  const scrolled = () => {
    past = [];
    current = measure();
  };

  const observer = new MutationObserver(look);
  observer.observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class", "style", "hidden", "open", "data-does"],
  });
  addEventListener("pointerdown", pressed, true);
  addEventListener("click", clicked, true);
  addEventListener("scroll", scrolled, { capture: true, passive: true });
  return () => {
    observer.disconnect();
    removeEventListener("pointerdown", pressed, true);
    removeEventListener("click", clicked, true);
    removeEventListener("scroll", scrolled, true);
  };
}

/** Assistive technology and tests see that the control is not ready yet. */
function markInert(control: Element): void {
  if (control.hasAttribute("aria-disabled")) return;
  control.setAttribute("aria-disabled", "true");
  setTimeout(() => control.removeAttribute("aria-disabled"), inertMs);
}
