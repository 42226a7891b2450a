const selector =
  "button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), a[href], [tabindex='0']";

/** What Tab reaches inside an element, in the document's order. */
export const focusStops = (inside: ParentNode): HTMLElement[] => [
  ...inside.querySelectorAll<HTMLElement>(selector),
];

/** The page has the focus: a removed or disabled control has lost it. */
export function isFocusLost(): boolean {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || activeElement.matches(":disabled");
}
