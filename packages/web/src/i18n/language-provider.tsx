import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import {
  english,
  keepLanguage,
  keptLanguage,
  loadLanguage,
  pickLanguage,
  type LanguageCode,
} from "./languages.ts";
import type { GuestMessages } from "./messages.ts";
import { LanguageContext } from "./use-texts.ts";

const firstCode = pickLanguage([keptLanguage(), ...navigator.languages]);
const firstWaitMs = 3_000;
const retryMs = 2_000;

/** The texts to begin with: English where the person's own do not come within 3 s. Never rejects. */
export function loadFirstTexts(): Promise<GuestMessages> {
  return Promise.race([
    loadLanguage(firstCode).catch(() => english),
    new Promise<GuestMessages>((resolve) => {
      setTimeout(() => resolve(english), firstWaitMs);
    }),
  ]);
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

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const load = () => {
      loadLanguage(code).then(
        (loaded) => !ended && setTexts(loaded),
        () => {
          if (!ended) timer = setTimeout(load, retryMs);
        },
      );
    };
    load();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [code]);
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
