import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { loadAgain } from "../platform/load-again.ts";
import { keepLanguage, keptLanguage } from "./kept-language.ts";
import { loadLanguage, pickLanguage, type LanguageCode } from "./languages.ts";
import type { GuestMessages } from "./messages.ts";
import { LanguageContext } from "./use-texts.ts";

const firstCode = pickLanguage([keptLanguage(), ...navigator.languages]);
const firstWaitMs = 3_000;
const retryMs = 2_000;
const englishAttempts = 5;

/**
 * The texts to begin with: English where the person's own do not come within 3 s.
 * @throws when neither has come after 5 attempts over 10 s
 */
export async function loadFirstTexts(): Promise<GuestMessages> {
  const own = loadLanguage(firstCode);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, firstWaitMs));
  const first = await Promise.race([own, late]).catch(() => undefined);
  return first ?? (await Promise.any([own, loadEnglish()]));
}

async function loadEnglish(attempt = 0): Promise<GuestMessages> {
  try {
    return await loadLanguage("en", attempt);
  } catch (error) {
    if (attempt === englishAttempts) throw error;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return loadEnglish(attempt + 1);
  }
}

/** Sets the document's language and direction of writing. */
export function showLanguage({ code, dir }: GuestMessages): void {
  document.documentElement.lang = code;
  document.documentElement.dir = dir;
}

/** Gives the pages their texts; the document's `lang` and `dir` follow. */
export function LanguageProvider({
  first,
  children,
}: {
  readonly first: GuestMessages;
  readonly children: ComponentChildren;
}) {
  const [code, setCode] = useState(firstCode);
  const [texts, setTexts] = useState(first);

  useEffect(() => loadAgain((attempt) => loadLanguage(code, attempt), setTexts), [code]);
  // Before the browser paints: a page that turns round after it was seen moves under a finger.
  useLayoutEffect(() => showLanguage(texts), [texts]);

  const choose = useCallback((chosen: LanguageCode) => {
    keepLanguage(chosen);
    setCode(chosen);
  }, []);
  const offer = useCallback((codes: readonly string[]) => {
    if (codes.length === 0 || keptLanguage() !== null) return;
    const spoken = navigator.languages.find((each) => codes.includes(pickLanguage([each])));
    setCode(pickLanguage([spoken, codes[0]]));
  }, []);
  const language = useMemo(() => ({ texts, choose, offer }), [texts, choose, offer]);
  return <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>;
}
