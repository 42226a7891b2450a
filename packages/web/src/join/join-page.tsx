import { useEffect, useState } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import "../staff/login.css";
import {
  join,
  needsInstall,
  problemOf,
  readInvitation,
  type Invited,
  type JoinProblem,
} from "./invitation.ts";

/** The invitation stands behind `#`, which no server sees. */
const invitationOf = (): string => location.hash.slice(1);
const retryMs = 3_000;

/** Shows who invites whom, and signs this device in by one tap. */
export function JoinPage() {
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const { join: words, login, common } = texts;
  const [invited, setInvited] = useState<Invited>();
  const [problem, setProblem] = useState<JoinProblem>();
  const [busy, setBusy] = useState(false);
  const [inBrowser, setInBrowser] = useState(!needsInstall());
  const [password, setPassword] = useState("");
  const [deviceName, setDeviceName] = useState("");
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  }, [words, common]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      readInvitation(invitationOf()).then(
        (answer) => {
          setInvited(answer);
          setProblem(undefined);
        },
        (error: unknown) => {
          setProblem(problemOf(error));
          if (problemOf(error) === "network") timer = setTimeout(read, retryMs);
        },
      );
    };
    if (invitationOf() === "") setProblem("unknown");
    else read();
    return () => clearTimeout(timer);
  }, []);

  const submit = async () => {
    setBusy(true);
    try {
      await join(invitationOf(), { password, deviceName });
      location.replace("/board");
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  if (invited === undefined && problem === undefined) return <Splash text={words.reading} />;
  return (
    <main class="login">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <div class="login-top">
          <img src="/icon.svg" alt="" width="56" height="56" />
          <LanguageMenu />
        </div>
        <h1>{invited === undefined ? words.title : words.welcome(isolate(invited.name))}</h1>
        {problem !== undefined && (
          <p class="banner alarm" role="alert" data-testid="join-problem">
            {words.problems[problem]}
          </p>
        )}
        {invited !== undefined && <p>{words.restaurant(isolate(invited.restaurant))}</p>}
        {invited !== undefined && !inBrowser && (
          <>
            <p>{words.install}</p>
            <button type="button" class="button wide" onClick={() => setInBrowser(true)}>
              {words.useBrowser}
            </button>
          </>
        )}
        {invited !== undefined && inBrowser && (
          <>
            <div class="field">
              <label for="device">{words.device}</label>
              <input
                id="device"
                type="text"
                maxLength={100}
                autocomplete="off"
                value={deviceName}
                onInput={(event) => setDeviceName(event.currentTarget.value)}
              />
            </div>
            <div class="field">
              <label for="password">{words.password}</label>
              <input
                id="password"
                type="password"
                minLength={8}
                maxLength={200}
                autocomplete="new-password"
                value={password}
                onInput={(event) => setPassword(event.currentTarget.value)}
              />
            </div>
            <button type="submit" class="button primary wide" aria-busy={busy}>
              {busy ? login.busy : words.submit}
            </button>
          </>
        )}
        {problem !== undefined && problem !== "network" && (
          <a class="button wide" href="/login">
            {login.title}
          </a>
        )}
      </form>
    </main>
  );
}
