/** What may be typed as a number of minutes: digits with one point or comma. The rest is left out. */
export const decimalText = (text: string): string =>
  /^\d*(?:[.,]\d*)?/u.exec(text.replace(/[^\d.,]/gu, ""))?.[0] ?? "";

/** Seconds as minutes, exact enough to become the same seconds again. */
export const minutesText = (seconds: number): string => String(Number((seconds / 60).toFixed(4)));

/** Most characters of a time within a day, in minutes: "1439.9833". */
export const minutesLength = 9;

/** "1,5" as 1.5; 0 for a text without a digit. */
export const numberOf = (text: string): number => Number(text.replace(",", ".")) || 0;
