import { keptLanguage } from "../i18n/kept-language.ts";

/** Filled in by the build: language -> the files with its texts that this page needs. */
declare const __LANGUAGE_FILES__: Readonly<Record<string, readonly string[]>>;
type BootWindow = typeof globalThis & { waiterLanguages?: typeof __LANGUAGE_FILES__ };

/** Asks for the texts in the person's language together with the page's code, not after it. */
export function preloadLanguage(): void {
  const languages = __LANGUAGE_FILES__;
  // The page asks for a lost file again by its address.
  (globalThis as BootWindow).waiterLanguages = languages;
  for (const wanted of [keptLanguage(), ...navigator.languages, "en"]) {
    const files = languages[(wanted || "").slice(0, 2).toLowerCase()];
    if (files === undefined) continue;
    for (const file of files) {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = file;
      document.head.appendChild(link);
    }
    return;
  }
}
