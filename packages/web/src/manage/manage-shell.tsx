import { isAllowed } from "./shared/is-allowed.ts";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { useOfficeTexts } from "../i18n/office-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { CodesTab } from "./codes/codes-tab.tsx";
import { FloorTab } from "./floor/floor-tab.tsx";
import { RequestsTab } from "./requests/requests-tab.tsx";
import { SettingsTab } from "./settings/settings-tab.tsx";
import { SetupTab } from "./setup/setup-tab.tsx";
import { useSetup, type Setup } from "./setup/use-setup.ts";
import { Loading } from "./shared/loading.tsx";
import { useManage } from "./shared/manage-context.ts";
import { TabBar } from "./tab-bar.tsx";
import { tabOf, tabs, type Tab } from "./tabs.ts";
import { TeamTab } from "./team/team-tab.tsx";
import { TypesTab } from "./types/types-tab.tsx";

/** Head, tabs and the part that the address names. A person who may not manage reads so. */
export function ManageShell() {
  const texts = useOfficeTexts();
  const { office, common } = texts;
  const { role, events, onEnded } = useManage();
  const isManager = isAllowed(role);
  useEffect(() => (isManager ? events.start(onEnded) : undefined), [events, onEnded, isManager]);
  if (!isManager)
    return (
      <main class="manage">
        <h1>{office.title}</h1>
        <p class="banner warn" role="alert">
          {office.notAllowed}
        </p>
        <a class="button primary" href="/board">
          {office.board}
        </a>
      </main>
    );
  return <Tabs title={office.title} product={common.product} />;
}

function Tabs({ title, product }: { readonly title: string; readonly product: string }) {
  const { office } = useOfficeTexts();
  const isolate = useIsolate();
  const setup = useSetup();
  const name = setup.settings?.name;
  const wanted = useTab();
  const offered = useOffered(setup, wanted);
  const tab = offered === undefined ? partOf(wanted) : shownOf(offered, wanted);
  useEffect(() => {
    document.title = `${title} · ${name === undefined ? product : isolate(name)}`;
  }, [title, name, product, isolate]);
  return (
    <div class="manage">
      <header class="manage-head">
        <div class="manage-name">
          <h1>{office.title}</h1>
          {name !== undefined && (
            <p class="quiet" data-testid="restaurant">
              <bdi>{name}</bdi>
            </p>
          )}
        </div>
        <a class="button small" href="/board">
          {office.board}
        </a>
        <LanguageMenu />
      </header>
      {tab !== undefined && offered !== undefined && <TabBar tabs={offered} current={tab} />}
      <main class="manage-main" id="manage-main">
        {tab === undefined && <Loading failed={false} />}
        {tab === "setup" && <SetupTab setup={setup} />}
        {tab === "floor" && <FloorTab />}
        {tab === "types" && <TypesTab />}
        {tab === "requests" && <RequestsTab />}
        {tab === "team" && <TeamTab />}
        {tab === "settings" && <SettingsTab />}
        {tab === "codes" && <CodesTab />}
      </main>
    </div>
  );
}

/** A part that the address names needs not wait for the tabs. */
const partOf = (wanted: Tab | undefined): Tab | undefined =>
  wanted === "setup" ? undefined : wanted;
const shownOf = (offered: readonly Tab[], wanted: Tab | undefined): Tab | undefined =>
  wanted !== undefined && offered.includes(wanted) ? wanted : offered[0];

interface Offered {
  /** What the address named when Setup was asked about. */
  readonly wanted: Tab | undefined;
  readonly isRead: boolean;
  readonly tabs: readonly Tab[];
}

/**
 * The tabs in their places: none until it is known whether Setup is one of them. Setup comes or
 * goes only when the person changes the part, so that no tab moves under a finger; where the
 * address names Setup, also when it is read at last.
 */
function useOffered(setup: Setup, wanted: Tab | undefined): readonly Tab[] | undefined {
  const kept = useRef<Offered>(undefined);
  const { current } = kept;
  const isRead = setup.done !== undefined;
  const isOld =
    current?.wanted !== wanted || (wanted === "setup" && isRead && current?.isRead !== true);
  if (setup.isKnown && (current === undefined || isOld)) {
    const offered = tabs.filter((tab) => tab !== "setup" || setup.isOpen);
    kept.current = { wanted, isRead, tabs: offered };
  }
  return kept.current?.tabs;
}

/** The tab that the address names, also after Back; from before the first paint, as a tap may come at once. */
function useTab(): Tab | undefined {
  const [tab, setTab] = useState(() => tabOf(location.hash));
  useLayoutEffect(() => {
    const follow = () => setTab(tabOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return tab;
}
