import { en } from "./en.ts";
import type { GuestMessages } from "./messages.ts";

export type LanguageCode = "en" | "de" | "fr" | "es" | "it" | "ar";
type Part = Readonly<Record<LanguageCode, () => Promise<object>>>;

/** English is part of every page's bundle: a language file that is lost on the way leaves a page that speaks. */
const guestPart: Part = {
  en: () => Promise.resolve(en),
  de: async () => (await import("./de.ts")).de,
  fr: async () => (await import("./fr.ts")).fr,
  es: async () => (await import("./es.ts")).es,
  it: async () => (await import("./it.ts")).it,
  ar: async () => (await import("./ar.ts")).ar,
};
const parts: Part[] = [guestPart];

/** Code and own name of every language that the pages speak. */
export const languageNames: Readonly<Record<LanguageCode, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  it: "Italiano",
  ar: "العربية",
};
export const languageCodes = Object.keys(languageNames) as LanguageCode[];

const isKnown = (code: string): code is LanguageCode =>
  Object.prototype.hasOwnProperty.call(languageNames, code);

/** The first of the wanted languages that the pages speak; `de-AT` counts as `de`. */
export function pickLanguage(wanted: readonly (string | null | undefined)[]): LanguageCode {
  const codes = wanted.map((each) => each?.toLowerCase().split("-")[0] ?? "");
  return codes.find(isKnown) ?? "en";
}

/** What every page falls back to; a page with more texts adds its own. */
export const english: GuestMessages = { ...en };

/** Adds the texts of pages that not everybody loads; before the page is mounted. */
export function addTexts(part: Part, partEnglish: object): void {
  parts.push(part);
  Object.assign(english, partEnglish);
}

/** @throws when one of the language's files cannot be loaded. */
export async function loadLanguage(code: LanguageCode): Promise<GuestMessages> {
  const loaded = await Promise.all(parts.map((part) => part[code]()));
  return Object.assign({}, ...loaded) as GuestMessages;
}

const keptName = "waiter:language";

/** What the person chose on this device, if anything. */
export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(keptName);
  } catch {
    return null;
  }
}

export function keepLanguage(code: LanguageCode): void {
  try {
    localStorage.setItem(keptName, code);
  } catch {
    // Without storage the choice holds for this visit.
  }
}
