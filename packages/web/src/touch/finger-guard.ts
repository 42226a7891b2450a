/**
 * A control that appears where another was is inert for 400 ms: the finger was aimed at the other
 * one. The guard keeps the places of all controls for that long. It swallows a tap on a control
 * whose place belonged to another control when the finger set out, and marks such controls
 * `aria-disabled` meanwhile.
 *
 * A control is the same as before when its `data-does` is the same, or, without one, when the
 * element is.
 *
 * The guard notes a change of places when the browser lays it out: a change that nothing in `body`
 * tells (the direction of writing, the window's size, a picture that has come) dates from its own
 * moment, not from the next tap. A tap that it swallows shows on the control (`data-missed`).
 */
const inertMs = 400;
/** A change that no observer tells is noticed within this time. */
const lookEveryMs = 200;
const missedMs = 700;
const controls = "button, a[href], input, select, textarea, summary, [role='button']";

interface Place {
  readonly control: Element;
  readonly does: string | null;
  readonly box: DOMRect;
}
interface Scroll {
  readonly element: Element;
  readonly top: number;
  readonly left: number;
  readonly size: string;
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
  let scroll = scrollOf();
  let past: Layout[] = [];
  let swallowUntil = 0;

  const recent = (at = performance.now()) => {
    past = past.filter(({ endedAt }) => endedAt >= at - inertMs);
    return past;
  };
  const look = () => {
    const next = measure();
    const before = scroll;
    scroll = scrollOf();
    // The person moved it all: what is under the finger is what they see.
    if (isScrolled(before, scroll)) {
      past = [];
      current = next;
      return;
    }
    const isUnchanged =
      next.length === current.length &&
      next.every((place, index) => isStill(place, current[index] ?? place));
    if (isUnchanged) {
      current = next;
      return;
    }
    past.push({ places: current, endedAt: performance.now() });
    const earlier = recent().flatMap(({ places }) => places);
    for (const place of next) {
      if (current.some((other) => isStill(place, other))) continue;
      const took = earlier.some((other) => !isSame(place, other) && overlaps(place.box, other.box));
      if (took) markInert(place.control);
    }
    current = next;
  };
  /** Whether another control lay under this point a moment ago, and this one did not. */
  const isTaken = (control: Element, { clientX: x, clientY: y, timeStamp }: PointerEvent) => {
    look();
    const place = current.find((each) => each.control === control);
    if (place === undefined) return false;
    return recent(timeStamp).some(({ places }) => {
      const top = places.filter((each) => holds(each, x, y)).pop();
      return top !== undefined && !isSame(top, place);
    });
  };
  const pressed = (event: PointerEvent) => {
    const control = (event.target as Element).closest(controls);
    const taken = control !== null && isTaken(control, event);
    swallowUntil = taken ? performance.now() + 1_000 : 0;
  };
  const clicked = (event: MouseEvent) => {
    // A key, a switch or a screen reader presses a control by its name, not by its place.
    if (event.detail === 0) return;
    if (performance.now() < swallowUntil) {
      event.stopImmediatePropagation();
      event.preventDefault();
      const control = (event.target as Element).closest(controls);
      if (control !== null) markFor(missedMs, control, "data-missed", "");
    }
    swallowUntil = 0;
  };

  const mutations = new MutationObserver(look);
  mutations.observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class", "style", "hidden", "open", "data-does"],
  });
  mutations.observe(document.documentElement, { attributes: true });
  const sizes = new ResizeObserver(look);
  sizes.observe(root);
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") look();
  }, lookEveryMs);
  addEventListener("pointerdown", pressed, true);
  addEventListener("click", clicked, true);
  addEventListener("scroll", look, { capture: true, passive: true });
  addEventListener("resize", look);
  return () => {
    mutations.disconnect();
    sizes.disconnect();
    clearInterval(timer);
    removeEventListener("pointerdown", pressed, true);
    removeEventListener("click", clicked, true);
    removeEventListener("scroll", look, true);
    removeEventListener("resize", look);
  };
}

/**
 * What can be scrolled: the document, an open sheet, the strip of a head. A scroll is painted
 * before its event comes.
 */
const scrollOf = (): readonly Scroll[] =>
  [document.documentElement, ...document.querySelectorAll("[data-scroll]")].map((element) => ({
    element,
    top: element.scrollTop,
    left: element.scrollLeft,
    size: `${element.scrollWidth}/${element.scrollHeight}`,
  }));

/** A place that changes with the size is moved by the content, not by the person. */
const isScrolled = (before: readonly Scroll[], after: readonly Scroll[]): boolean =>
  after.some(({ element, top, left, size }) => {
    const known = before.find((each) => each.element === element);
    return known !== undefined && known.size === size && (known.top !== top || known.left !== left);
  });

/** Assistive technology and tests see that the control is not ready yet. */
const markInert = (control: Element): void => markFor(inertMs, control, "aria-disabled", "true");

function markFor(ms: number, control: Element, attribute: string, value: string): void {
  if (control.hasAttribute(attribute)) return;
  control.setAttribute(attribute, value);
  setTimeout(() => control.removeAttribute(attribute), ms);
}
