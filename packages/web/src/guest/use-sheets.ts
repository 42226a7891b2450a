import { useEffect, useState } from "preact/hooks";
import { loadAgain } from "../platform/load-again.ts";
import type * as sheetsModule from "./sheets.ts";

type Sheets = typeof sheetsModule;

/** After this time without its code, the page says that the sheet is on its way. */
const lateMs = 300;

/**
 * The code of the sheets, of recent requests and of questions about unsent ones. It is loaded when
 * the page is first touched, a sheet is `wanted`, or the table has a request or a question
 * (`soon`): a sheet cancels a request also without network. The first view of an empty table does
 * without it. `onLate` is called when a wanted sheet takes its time.
 */
export function useSheets(
  { wanted, soon }: { readonly wanted: boolean; readonly soon: boolean },
  onLate: () => void,
): Sheets | undefined {
  const [sheets, setSheets] = useState<Sheets>();
  const [isTouched, setTouched] = useState(false);
  useEffect(() => {
    const touch = () => setTouched(true);
    const kinds = ["pointerdown", "keydown", "focusin"];
    for (const kind of kinds) addEventListener(kind, touch, { capture: true, once: true });
    return () => {
      for (const kind of kinds) removeEventListener(kind, touch, true);
    };
  }, []);
  const isNeeded = sheets === undefined && (isTouched || wanted || soon);
  // A tap that wants a sheet asks for it at once.
  useEffect(
    () => (isNeeded ? loadAgain(() => import("./sheets.ts"), setSheets) : undefined),
    [isNeeded, wanted],
  );
  const isLate = wanted && sheets === undefined;
  useEffect(() => {
    if (!isLate) return undefined;
    const timer = setTimeout(onLate, lateMs);
    return () => clearTimeout(timer);
  }, [isLate, onLate]);
  return sheets;
}
