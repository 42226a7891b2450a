import { useLayoutEffect, useRef } from "preact/hooks";
import { useOfficeTexts } from "../i18n/office-texts.ts";
import type { Tab } from "./tabs.ts";

export interface TabBarProps {
  readonly tabs: readonly Tab[];
  readonly current: Tab;
}

/**
 * The tabs as links: on phones one row to be swiped, with the current one in the middle where there
 * is room; a column on larger screens.
 */
export function TabBar({ tabs, current }: TabBarProps) {
  const { office, code } = useOfficeTexts();
  const bar = useRef<HTMLElement>(null);
  // Words of another language have other widths.
  useLayoutEffect(
    () => (bar.current === null ? undefined : followCurrent(bar.current)),
    [tabs, current, code],
  );
  return (
    <nav
      ref={bar}
      class="manage-tabs"
      aria-label={office.title}
      data-scroll
      onFocusIn={(event) => showFocused(event.currentTarget, event.target as Element)}
    >
      {tabs.map((tab) => (
        <a
          key={tab}
          class="chip"
          href={`#${tab}`}
          data-does={`tab:${tab}`}
          aria-current={tab === current ? "page" : undefined}
        >
          {office.tabs[tab]}
        </a>
      ))}
    </nav>
  );
}

/** Shows the current tab now, and again when the bar's width or the size of the text changes. */
function followCurrent(bar: HTMLElement): () => void {
  const current = bar.querySelector("[aria-current]");
  if (current === null) return () => undefined;
  const sizes = new ResizeObserver(() => center(bar, current));
  sizes.observe(bar);
  sizes.observe(current);
  return () => sizes.disconnect();
}

/** A browser leaves a tab that is half in view where it is when the keyboard reaches it. */
function showFocused(bar: HTMLElement, tab: Element): void {
  if (tab.matches(":focus-visible")) center(bar, tab);
}

/** Scrolls the bar, not the page, in both directions of writing. */
function center(bar: HTMLElement, tab: Element): void {
  const outer = bar.getBoundingClientRect();
  const own = tab.getBoundingClientRect();
  bar.scrollLeft += own.left + own.width / 2 - (outer.left + outer.width / 2);
}
