import { focusStops } from "./focus-stops.ts";

/**
 * What `showModal` does, for browsers without it (Firefox before 98): focus starts in the element,
 * Tab stays inside, Escape calls `onEscape`. @returns a function that ends it and gives the focus
 * back.
 */
export function trapFocus(element: HTMLElement, onEscape: () => void): () => void {
  const before = document.activeElement;
  const stops = () => focusStops(element);
  stops()[0]?.focus();
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") onEscape();
    if (event.key !== "Tab") return;
    const all = stops();
    const [first, last] = [all[0], all[all.length - 1]];
    const isLeaving = event.shiftKey
      ? document.activeElement === first
      : document.activeElement === last;
    if (!isLeaving && element.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  };
  addEventListener("keydown", pressed, true);
  return () => {
    removeEventListener("keydown", pressed, true);
    if (before instanceof HTMLElement) before.focus();
  };
}
