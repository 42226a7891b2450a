import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isFocusLost } from "../components/focus-stops.ts";

/**
 * Keeps the keyboard's place in a list whose controls come and go: when the focused one is gone,
 * the focus goes to the same control of the card that follows, else of the one before, else to the
 * first heading.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  const last = useRef<{ verb: string; index: number } | undefined>(undefined);

  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const focused = (event: FocusEvent) => {
      const control = event.target as HTMLElement;
      const does = control.dataset["does"];
      if (does === undefined) last.current = undefined;
      else
        last.current = {
          verb: does.split(":")[0] ?? "",
          index: cardsOf(element).indexOf(cardOf(control)),
        };
    };
    const left = (event: FocusEvent) => {
      if (event.relatedTarget !== null) last.current = undefined;
    };
    element.addEventListener("focusin", focused);
    element.addEventListener("focusout", left);
    return () => {
      element.removeEventListener("focusin", focused);
      element.removeEventListener("focusout", left);
    };
  }, [root]);

  useEffect(() => {
    const element = root.current;
    const place = last.current;
    if (element === null || place === undefined || !isFocusLost()) return;
    const cards = cardsOf(element);
    const order = [...cards.slice(place.index), ...cards.slice(0, place.index).reverse()];
    const wanted = order.flatMap(
      (card) =>
        card?.querySelector<HTMLElement>(`[data-does^="${place.verb}:"]:not(:disabled)`) ?? [],
    )[0];
    const fallback = order.flatMap(
      (card) => card?.querySelector<HTMLElement>("[data-does]:not(:disabled)") ?? [],
    )[0];
    const heading = element.querySelector<HTMLElement>("h2") ?? document.querySelector("h1");
    (wanted ?? fallback ?? heading)?.focus();
  });
}

const cardOf = (control: Element): Element | null => control.closest("li");
const cardsOf = (element: Element): readonly (Element | null)[] => [
  ...element.querySelectorAll("li.card"),
];
