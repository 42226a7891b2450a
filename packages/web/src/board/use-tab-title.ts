import { useEffect } from "preact/hooks";

type Badging = { setAppBadge?: (count: number) => Promise<void> };

/** The tab and the installed app's icon count what waits; `!` says that something has waited too long. */
export function useTabTitle(title: string, waiting: number, isLate: boolean): void {
  useEffect(() => {
    document.title = waiting === 0 ? title : `(${waiting}${isLate ? "!" : ""}) ${title}`;
    (navigator as Badging).setAppBadge?.(waiting).catch(() => undefined);
  }, [title, waiting, isLate]);
  useEffect(() => () => void (navigator as Badging).setAppBadge?.(0).catch(() => undefined), []);
}
