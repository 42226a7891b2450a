import { en } from "./en.ts";
import type { Messages } from "./messages.ts";

/** English is part of every page's bundle: a language file that is lost on the way leaves a page that speaks. */
const loaders = {
  en: () => Promise.resolve<Messages>(en),
  de: async () => (await import("./de.ts")).de,
  fr: async () => (await import("./fr.ts")).fr,
  es: async () => (await import("./es.ts")).es,
  it: async () => (await import("./it.ts")).it,
  ar: async () => (await import("./ar.ts")).ar,
};
export type LanguageCode = keyof typeof loaders;

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
  Object.prototype.hasOwnProperty.call(loaders, code);

/** The first of the wanted languages that the pages speak; `de-AT` counts as `de`. */
export function pickLanguage(wanted: readonly (string | null | undefined)[]): LanguageCode {
  const codes = wanted.map((each) => each?.toLowerCase().split("-")[0] ?? "");
  return codes.find(isKnown) ?? "en";
}

/** @throws when the language's file cannot be loaded. */
export const loadLanguage = (code: LanguageCode): Promise<Messages> => loaders[code]();

export const english: Messages = en;

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
