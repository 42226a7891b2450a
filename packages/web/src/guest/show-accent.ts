/**
 * Gives the page the restaurant's colour, `#rrggbb`, with a darker and a pale shade; none gives it
 * Waiter's own. The light scheme alone reads them: the colour was accepted for white text on it and
 * for itself on white and on the light page (`nearestAccent` of @waiter/restaurant).
 */
export function showAccent(accent = ""): void {
  const parts = accent.match(/\w\w/g)?.map((part) => Number.parseInt(part, 16));
  /** A share of the colour; the rest is black (0) or white (88 % of 255). */
  const set = (name: string, share: number, ground: number) => {
    const mixed = parts?.map((part) => Math.round(part * share + ground));
    document.documentElement.style.setProperty(name, mixed ? `rgb(${mixed.join()})` : "");
  };
  set("--house", 1, 0);
  set("--house-strong", 0.8, 0);
  set("--house-soft", 0.12, 224);
}
