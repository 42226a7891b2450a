const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
const leftToRight = /[A-Za-z\u00c0-\u024f\u0370-\u058f]/u;

/**
 * A name or label for use inside a sentence of direction `dir`: wrapped in Unicode isolates where
 * its letters run the other way, so that the punctuation around it stays in place; unchanged
 * otherwise.
 */
export function isolate(text: string, dir: "ltr" | "rtl"): string {
  const foreign = dir === "rtl" ? leftToRight : rightToLeft;
  return foreign.test(text) ? `\u2068${text}\u2069` : text;
}
