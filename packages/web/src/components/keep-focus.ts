import { focusStops, isFocusLost } from "./focus-stops.ts";

/** Where a removed element was: its parent, and the neighbour that may still be there. */
interface Place {
  readonly parent: Element;
  readonly beside: Node | null;
}

/** A sheet, a list or a form that puts the focus somewhere itself has done so by then. */
const othersMs = 100;
const groups = "ul, ol, form, section, fieldset, [role='group'], [role='dialog'], main, body";

/**
 * Keeps a keyboard's place on the page. When the control with the focus is removed, the focus goes
 * to the control that follows in its group, else to the last one there, else to the group's
 * heading; an empty group leaves it to the group around it. A control that was disabled while it
 * worked gets the focus back. A tap or a click changes nothing: a focused field opens a phone's
 * keyboard. Starts with a key press.
 */
export function keepFocus(): void {
  let last = document.activeElement ?? undefined;
  let place: Place | undefined;
  let isPointed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const restore = () => {
    if (last === undefined || isPointed || !isFocusLost()) return;
    const wanted = last.isConnected ? last : place && stopNear(place);
    (wanted as HTMLElement | undefined)?.focus();
  };
  new MutationObserver((records) => {
    if (last === undefined) return;
    place = last.isConnected ? undefined : (placeOf(place?.parent ?? last, records) ?? place);
    if (isPointed || !isFocusLost()) return;
    clearTimeout(timer);
    timer = setTimeout(restore, othersMs);
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  addEventListener("focusin", ({ target }) => {
    last = target as Element;
    place = undefined;
  });
  const options = { capture: true, passive: true };
  addEventListener("pointerdown", () => void (isPointed = true), options);
  addEventListener("keydown", () => void (isPointed = false), options);
}

/** Where an element, or what was around it, left the page; undefined when these changes kept it. */
function placeOf(element: Element, records: readonly MutationRecord[]): Place | undefined {
  let lost: Node = element;
  let place: Place | undefined;
  for (const { removedNodes, target, nextSibling, previousSibling } of records) {
    if (![...removedNodes].some((node) => node.contains(lost))) continue;
    place = { parent: target as Element, beside: nextSibling ?? previousSibling };
    lost = target;
  }
  return place;
}

function stopNear({ parent, beside }: Place): HTMLElement | undefined {
  const from = beside?.isConnected === true ? beside : parent;
  const isAhead = (stop: Element) =>
    (from.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING) > 0 || from === stop;
  for (let group = parent.closest(groups); group !== null;) {
    const stops = focusStops(group).filter(isShown);
    const stop = stops.find(isAhead) ?? stops[stops.length - 1];
    if (stop !== undefined) return stop;
    const heading = group.querySelector<HTMLElement>("h1, h2, h3");
    if (heading !== null && isShown(heading)) {
      if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
      return heading;
    }
    group = group.parentElement?.closest(groups) ?? null;
  }
  return undefined;
}

const isShown = (element: Element): boolean => element.getClientRects().length > 0;
