const range = /^(.*?)(\d{1,4})\s*(?:-|–|—|\.\.|to|bis|à|a|al|إلى)\s*(\d{1,4})$/iu;
const most = 500;

/** The digits of Arabic and Persian keyboards; the pages write Latin ones. */
const otherDigits = /[\u0660-\u0669\u06f0-\u06f9]/gu;

/** The labels that a person means: `1 to 12`, `Terrace 1-8`, or names with commas. At most 500. */
export function parseLabels(text: string): string[] {
  return text
    .replace(otherDigits, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
    .split(/[,،]/u)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .flatMap(expand)
    .slice(0, most);
}

function expand(part: string): string[] {
  const [, prefix = "", first = "", last = ""] = range.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === "" || to < from || to - from >= most) return [part];
  return Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);
}
