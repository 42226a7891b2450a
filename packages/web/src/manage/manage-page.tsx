import { ClientError, StaffClient } from "@waiter/client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { FloorTab } from "./floor-tab.tsx";
import { ManageApi } from "./manage-api.ts";
import { SettingsTab } from "./settings-tab.tsx";
import { TeamTab } from "./team-tab.tsx";
import "./manage.css";

const tabs = ["floor", "team", "settings"] as const;
type Tab = (typeof tabs)[number];
const retryMs = 3_000;
const tabOf = (hash: string): Tab => tabs.find((tab) => `#${tab}` === hash) ?? "floor";

/** What owners and managers change: tables and their codes, people, the restaurant. */
export function ManagePage() {
  const { manage, login, common } = useStaffTexts();
  const client = useMemo(() => new StaffClient(), []);
  const api = useMemo(() => new ManageApi(client), [client]);
  const [ready, setReady] = useState(false);
  const [tab, setTab] = useState(() => tabOf(location.hash));
  useEffect(() => {
    document.title = `${manage.title} · ${common.product}`;
  }, [manage, common]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const resume = () => {
      client.resumeSession().then(
        () => setReady(true),
        (error: unknown) => {
          if (error instanceof ClientError && error.retryable) timer = setTimeout(resume, retryMs);
          else location.assign("/login");
        },
      );
    };
    resume();
    return () => clearTimeout(timer);
  }, [client]);
  useEffect(() => {
    const follow = () => setTab(tabOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  if (!ready) return <Splash text={login.resuming} />;
  const role = client.session?.staff.role;
  if (role !== "owner" && role !== "manager")
    return (
      <main class="manage">
        <p class="banner warn" role="alert">
          {manage.problems.forbidden}
        </p>
        <a class="button" href="/board">
          {manage.board}
        </a>
      </main>
    );
  return (
    <main class="manage">
      <header class="manage-head">
        <h1>{manage.title}</h1>
        <a class="button small" href="/board">
          {manage.board}
        </a>
        <LanguageMenu />
      </header>
      <nav class="chips" aria-label={manage.title}>
        {tabs.map((one) => (
          <a
            key={one}
            class="chip"
            href={`#${one}`}
            aria-current={one === tab ? "page" : undefined}
          >
            {manage[one]}
          </a>
        ))}
      </nav>
      {tab === "floor" && <FloorTab api={api} />}
      {tab === "team" && <TeamTab api={api} isOwner={role === "owner"} />}
      {tab === "settings" && <SettingsTab api={api} />}
    </main>
  );
}
