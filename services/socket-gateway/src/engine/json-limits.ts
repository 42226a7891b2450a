/** Limits on a JSON text that is parsed for a client. */
export interface JsonLimits {
  /** Nested arrays and objects. */
  readonly depth: number;
  /** Elements and members in all. */
  readonly values: number;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether a JSON text keeps the limits; linear, and without memory per value. Parsed JSON costs up
 * to 28 bytes per byte of text, so this runs before `JSON.parse`. Text that is no JSON may pass.
 */
export function isWithinJsonLimits(text: string, { depth, values }: JsonLimits): boolean {
  let open = 0;
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case quote:
        index = endOfString(text, index);
        break;
      case 0x5b: // [
      case 0x7b: // {
        open += 1;
        count += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        open -= 1;
        break;
      case 0x2c: // ,
        count += 1;
        break;
    }
    if (open > depth || count > values) return false;
  }
  return true;
}

/** Index of the quote that ends the string which begins at `start`, or of the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
