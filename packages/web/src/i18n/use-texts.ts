import { createContext } from "preact";
import { useCallback, useContext } from "preact/hooks";
import type { LanguageCode } from "./languages.ts";
import { isolate } from "./isolate.ts";
import type { GuestMessages } from "./messages.ts";

export interface Language {
  readonly texts: GuestMessages;
  /** Loads another language and keeps it as the person's choice. */
  readonly choose: (code: LanguageCode) => void;
  /** What the restaurant offers, its default first; used until the person has chosen. */
  readonly offer: (codes: readonly string[]) => void;
}

export const LanguageContext = createContext<Language | undefined>(undefined);

/** @throws outside of a `LanguageProvider`. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === undefined) throw new Error("no LanguageProvider");
  return language;
}
export const useTexts = (): GuestMessages => useLanguage().texts;

/** A name ready to stand in a sentence of the page's language. */
export function useIsolate(): (text: string) => string {
  const { dir } = useTexts();
  return useCallback((text: string) => isolate(text, dir), [dir]);
}
