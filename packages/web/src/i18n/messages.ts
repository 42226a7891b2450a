import type { en } from "./en.ts";

/** Plural forms by `Intl.PluralRules`; `#` stands for the number. `other` covers what a language does not tell apart. */
export interface Forms {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

type IsForms<T> = T extends { other: string; one: string } ? true : false;
/** The shape of a language: every text of English as a plain string, form or function. */
export type Widened<T> =
  IsForms<T> extends true
    ? Forms
    : T extends (...args: infer Args) => string
      ? (...args: Args) => string
      : T extends string
        ? T extends "ltr" | "rtl"
          ? "ltr" | "rtl"
          : string
        : { readonly [Key in keyof T]: Widened<T[Key]> };

/** What guests read. A language that lacks a key does not compile. */
export type GuestMessages = Widened<typeof en>;

/** The form for `count`, with the number in it. */
export function plural(code: string, forms: Forms, count: number): string {
  const rule = count === 0 && forms.zero !== undefined ? "zero" : pluralRules(code).select(count);
  return (forms[rule] ?? forms.other).replace("#", String(count));
}

const rules = new Map<string, Intl.PluralRules>();
function pluralRules(code: string): Intl.PluralRules {
  const known = rules.get(code) ?? new Intl.PluralRules(code);
  rules.set(code, known);
  return known;
}
