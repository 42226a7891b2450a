import { isIP } from "node:net";
import { z } from "zod";

/** A whole number written in digits. */
export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const range =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${min}`
      : `a whole number from ${min} to ${max}`;
  return z.string().transform((value, context) => {
    const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue({ code: "custom", message: `expected ${range}` });
    return z.NEVER;
  });
};

/** A share of a whole, 0 to 1. */
export const share = () =>
  z.string().transform((value, context) => {
    const number = /^\d*\.?\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (number <= 1) return number;
    context.addIssue({ code: "custom", message: "expected a number from 0 to 1" });
    return z.NEVER;
  });

/** `true` or `false`, also 1/0, yes/no, on/off. */
export const flag = () =>
  z.string().transform((value, context) => {
    if (/^(?:true|1|yes|on)$/i.test(value)) return true;
    if (/^(?:false|0|no|off)$/i.test(value)) return false;
    context.addIssue({ code: "custom", message: "expected true or false" });
    return z.NEVER;
  });

/** Text that parses as a URL with one of `schemes` (without the colon). */
export const url = (schemes: readonly string[], example: string) =>
  z.string().refine(
    // URL drops tabs and newlines inside of a text.
    (value) =>
      !/\s/.test(value) &&
      URL.canParse(value) &&
      schemes.includes(new URL(value).protocol.slice(0, -1)),
    {
      message: `expected a URL such as ${example} (${schemes.map((scheme) => `${scheme}:`).join(", ")})`,
    },
  );

/** A web origin: scheme, host and port only. */
export const origin = (example: string) =>
  z.string().transform((value, context) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (
      parsed !== undefined &&
      /^https?:$/.test(parsed.protocol) &&
      (parsed.pathname === "/" || parsed.pathname === "") &&
      !parsed.search &&
      !parsed.hash &&
      !parsed.username
    )
      return parsed.origin;
    context.addIssue({
      code: "custom",
      message: `expected an http or https origin such as ${example}, without a path`,
    });
    return z.NEVER;
  });

/** Items separated by commas, trimmed, empty ones dropped; `accepts` validates each. */
export const list = (accepts: (item: string) => boolean, expected: string) =>
  z.string().transform((value, context): readonly string[] => {
    const items = splitList(value);
    const wrong = items.filter((item) => !accepts(item));
    for (const item of wrong)
      context.addIssue({
        code: "custom",
        message: `expected ${expected}, found ${JSON.stringify(item)}`,
      });
    return wrong.length === 0 ? Object.freeze(items) : z.NEVER;
  });

const splitList = (value: string): string[] =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** An address block such as 10.0.0.0/8; a bare address is a block of one. */
export function isCidr(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** PEM blocks of any kind as one text; `\n` may be written as the two characters. */
export const pemText = () =>
  z.string().transform((value, context): string => {
    const text = value.replaceAll("\\n", "\n");
    if (/-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/.test(text)) return text;
    context.addIssue({ code: "custom", message: 'expected PEM blocks "-----BEGIN ...-----"' });
    return z.NEVER;
  });

/** One or more PEM blocks; `\n` may be written as the two characters. */
export const pems = (label: "PRIVATE KEY" | "PUBLIC KEY") =>
  z.string().transform((value, context): readonly string[] => {
    const text = value.replaceAll("\\n", "\n");
    const blocks = text.match(
      new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----`, "g"),
    );
    if (blocks !== null) return Object.freeze(blocks.map((block) => `${block.trim()}\n`));
    context.addIssue({
      code: "custom",
      message: `expected one or more PEM blocks "-----BEGIN ${label}-----" (ES256)`,
    });
    return z.NEVER;
  });
