import { useEffect, useState } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import "../staff/login.css";
import { needsInstall } from "./install.ts";
import { InstallSteps } from "./install-steps.tsx";
import { JoinForm } from "./join-form.tsx";
import { useInvitation } from "./use-invitation.ts";

/** Shows who invites whom, and signs this device in by one tap. Every dead end says the next step. */
export function JoinPage() {
  const { join: words, login, common } = useStaffTexts();
  const isolate = useIsolate();
  const { invited, replaces, problem, busy, enter } = useInvitation();
  const [inBrowser, setInBrowser] = useState(!needsInstall());
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  }, [words, common]);

  if (invited === undefined && problem === undefined) return <Splash text={words.reading} />;
  const isOver = problem !== undefined && problem !== "network" && problem !== "password";
  return (
    <main class="login">
      <div class="panel" data-testid="join" data-problem={problem}>
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
        {isOver && <p>{words.next[problem]}</p>}
        {invited !== undefined && !isOver && (
          <>
            <p>{words.restaurant(isolate(invited.restaurant))}</p>
            {replaces !== undefined && (
              <p class="banner warn" role="status" data-testid="replaces">
                {words.replaces(isolate(replaces))}
              </p>
            )}
            {inBrowser ? (
              <JoinForm busy={busy} onJoin={(given) => void enter(given)} />
            ) : (
              <InstallSteps onBrowser={() => setInBrowser(true)} />
            )}
          </>
        )}
        {isOver && problem === "limited" && (
          <button type="button" class="button wide" onClick={() => location.reload()}>
            {common.retry}
          </button>
        )}
        {isOver && (
          <a class="button wide" href="/login">
            {login.title}
          </a>
        )}
      </div>
    </main>
  );
}
