import type { GuestMessages } from "./messages.ts";

export type LanguageCode = "en" | "de" | "fr" | "es" | "it" | "ar";
type Part = Readonly<Record<LanguageCode, () => Promise<object>>>;

const guestPart: Part = {
  en: async () => (await import("./en.ts")).en,
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

/** The English that is part of a page's own code. */
const ownEnglish = {};

/** Adds the texts of pages that guests do not load; before the page is mounted. */
export function addTexts(part: Part, partEnglish: object): void {
  parts.push(part);
  Object.assign(ownEnglish, partEnglish);
}

/**
 * A language's texts. Attempts after the first ask at other addresses: browsers remember that a
 * module failed.
 * @throws when one of the language's files cannot be loaded.
 */
export async function loadLanguage(code: LanguageCode, attempt = 0): Promise<GuestMessages> {
  const files = (globalThis as BootWindow).waiterLanguages?.[code];
  const texts =
    attempt === 0 || files === undefined
      ? parts.map((part) => part[code]())
      : files.map((file) => loadFile(`${file}?again=${attempt}`));
  return Object.assign({}, ownEnglish, ...(await Promise.all(texts))) as GuestMessages;
}

type BootWindow = typeof globalThis & {
  /** Set by the boot script. */
  readonly waiterLanguages?: Readonly<Partial<Record<LanguageCode, readonly string[]>>>;
};

/** The texts of a built language file, which exports nothing else. */
async function loadFile(address: string): Promise<object> {
  const file = (await import(/* @vite-ignore */ address)) as Readonly<Record<string, object>>;
  return Object.assign({}, ...Object.values(file)) as object;
}
