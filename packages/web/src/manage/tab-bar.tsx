import { useOfficeTexts } from "../i18n/office-texts.ts";
import type { Tab } from "./tabs.ts";

export interface TabBarProps {
  readonly tabs: readonly Tab[];
  readonly current: Tab;
}

/** The tabs as links: in rows on phones, so that all are in sight; a column on larger screens. */
export function TabBar({ tabs, current }: TabBarProps) {
  const { office } = useOfficeTexts();
  return (
    <nav class="manage-tabs" aria-label={office.title}>
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
