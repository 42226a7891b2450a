import { ClientError, type StaffClient } from "@waiter/client";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { forgetKnownBoard } from "../board/known-board.ts";
import { LanguageMenu } from "../components/language-menu.tsx";
import type { Messages } from "../i18n/staff/messages.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { showSuspended } from "../shared/show-suspended.ts";
import { useLasting } from "../shared/use-lasting.ts";
import "./login.css";
import { isSuspended } from "./is-suspended.ts";
import { useSignOut } from "./use-sign-out.ts";

export interface LoginPageProps {
  readonly client: StaffClient;
  /** The session before this one ended by itself. */
  readonly ended: boolean;
  readonly onDone: () => void;
}

const emailName = "waiter:email";

export function LoginPage({ client, ended, onDone }: LoginPageProps) {
  const texts = useStaffTexts();
  const { login, common } = texts;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [shown, setShown] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const signOut = useSignOut();
  const isLeaving = useLasting(signOut.isPending, 2_000);
  useEffect(() => {
    document.title = `${login.title} · ${common.product}`;
  }, [login, common]);
  // The next person must not see, without network, what the last one saw.
  useEffect(forgetKnownBoard, []);
  // Before the first paint: later it would write over what the person has typed.
  useLayoutEffect(() => {
    if (email.current === null) return;
    email.current.value = readEmail();
    (email.current.value === "" ? email.current : password.current)?.focus();
  }, []);

  const submit = async () => {
    const [name, secret] = [email.current?.value.trim() ?? "", password.current?.value ?? ""];
    setBusy(true);
    setProblem("");
    signOut.pause();
    try {
      await client.login(name, secret);
      signOut.forget();
      keepEmail(name);
      onDone();
    } catch (error) {
      if (isSuspended(error)) showSuspended();
      setProblem(problemOf(error, texts));
      setBusy(false);
      signOut.resume();
      password.current?.focus();
      password.current?.select();
    }
  };

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
        <h1>{login.title}</h1>
        {ended && (
          <p class="banner alarm" role="alert" data-testid="signed-out">
            {login.signedOut}
          </p>
        )}
        <div class="field">
          <label for="email">{login.email}</label>
          <input
            id="email"
            ref={email}
            type="email"
            autocomplete="username"
            inputMode="email"
            required
            aria-invalid={problem !== ""}
            aria-describedby="login-problem"
          />
        </div>
        <div class="field">
          <label for="password">{login.password}</label>
          <input
            id="password"
            ref={password}
            {...({ type: shown ? "text" : "password" } as { type: "password" })}
            autocomplete="current-password"
            required
            aria-invalid={problem !== ""}
            aria-describedby="login-problem"
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={shown}
            onChange={(event) => setShown(event.currentTarget.checked)}
          />
          {login.show}
        </label>
        <p id="login-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button primary wide" aria-busy={busy}>
          {busy ? login.busy : login.submit}
        </button>
        <p class="quiet">{login.forgotten}</p>
      </form>
      <div class="toasts">
        <div role="status">{isLeaving && <p class="banner warn">{login.leaving}</p>}</div>
      </div>
    </main>
  );
}

function problemOf(error: unknown, { login }: Messages): string {
  if (!(error instanceof ClientError)) return login.unreachable;
  if (error.isAuthentication || error.code === "validation_failed") return login.wrong;
  if (error.code === "rate_limited") return login.limited;
  if (error.code === "tenant_unknown") return login.notHere;
  return login.unreachable;
}

function readEmail(): string {
  try {
    return localStorage.getItem(emailName) ?? "";
  } catch {
    return "";
  }
}

function keepEmail(email: string): void {
  try {
    localStorage.setItem(emailName, email);
  } catch {
    // Without storage it is typed again.
  }
}
