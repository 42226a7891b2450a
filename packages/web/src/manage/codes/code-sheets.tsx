import type { Settings } from "@waiter/client";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { loadLanguage, pickLanguage } from "../../i18n/languages.ts";
import { useOfficeTexts, type OfficeMessages } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import type { ManagedTable } from "../floor/read-floor.ts";
import { loadAgain } from "../../platform/load-again.ts";
import { CodePicture } from "./code-picture.tsx";

export type Layout = "large" | "small";
export type Paper = "A4" | "letter";
export interface CodeSheetsProps {
  readonly tables: readonly ManagedTable[];
  readonly settings: Settings;
  readonly layout: Layout;
  readonly paper: Paper;
}

/** "Scan to call" in the restaurant's languages. */
function useScanTexts(languages: readonly string[]): readonly { code: string; text: string }[] {
  const [texts, setTexts] = useState<readonly { code: string; text: string }[]>([]);
  const wanted = languages.join();
  useEffect(() => {
    const codes = wanted.split(",").map((code) => pickLanguage([code]));
    // A language's file that was lost is asked for again, at another address.
    return loadAgain(
      (attempt) => Promise.all(codes.map((code) => loadLanguage(code, attempt))),
      (loaded) => {
        const own = loaded as OfficeMessages[];
        setTexts(own.map(({ code, codes }) => ({ code, text: codes.scanToCall })));
      },
    );
  }, [wanted]);
  return texts;
}

/** A rule of the page's first sheet: the content security policy allows no style element. */
function usePageRule(paper: Paper): void {
  useLayoutEffect(() => {
    const [sheet] = document.styleSheets;
    if (sheet === undefined) return;
    const at = sheet.insertRule(`@page { size: ${paper}; margin: 10mm; }`, sheet.cssRules.length);
    return () => sheet.deleteRule(at);
  }, [paper]);
}

/** Large cards, four on a page, or small ones to cut, as they will be printed. */
export function CodeSheets({ tables, settings, layout, paper }: CodeSheetsProps) {
  const { codes, common } = useOfficeTexts();
  const isolate = useIsolate();
  usePageRule(paper);
  const scanTexts = useScanTexts(settings.languages);
  const shownTexts = layout === "small" ? scanTexts.slice(0, 1) : scanTexts;
  return (
    <section class={`codes ${layout}`} aria-label={codes.preview} data-testid="codes">
      {tables.map((table) => (
        <figure key={table.id} class="code-card">
          <div class="code-head">
            {settings.logoUrl !== null && <img src={settings.logoUrl} alt="" />}
            <bdi>{settings.name}</bdi>
          </div>
          <figcaption>
            <bdi>{common.table(table.label)}</bdi>
          </figcaption>
          {table.guestUrl !== undefined && (
            <CodePicture
              url={table.guestUrl}
              label={codes.codeOf(isolate(common.table(table.label)))}
            />
          )}
          <div class="code-scan">
            {shownTexts.map(({ code, text }) => (
              <p key={code} lang={code} dir={code === "ar" ? "rtl" : "ltr"}>
                {text}
              </p>
            ))}
          </div>
          <p class="code-url" dir="ltr">
            {location.host}
          </p>
        </figure>
      ))}
    </section>
  );
}
