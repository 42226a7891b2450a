import { ClientError, type StaffClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../texts.ts";
import "./login.css";

export function LoginPage({
  client,
  onDone,
}: {
  readonly client: StaffClient;
  readonly onDone: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    document.title = `${texts.login.title} · ${texts.product}`;
  }, []);

  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    setBusy(true);
    setProblem("");
    try {
      await client.login(textOf(fields.get("email")), textOf(fields.get("password")));
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>{texts.login.title}</h1>
        <div class="field">
          <label for="email">{texts.login.email}</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            inputMode="email"
            required
            aria-describedby="login-problem"
          />
        </div>
        <div class="field">
          <label for="password">{texts.login.password}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            aria-describedby="login-problem"
          />
        </div>
        <p id="login-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button primary wide" disabled={busy}>
          {busy ? texts.login.busy : texts.login.submit}
        </button>
      </form>
    </main>
  );
}

const textOf = (value: FormDataEntryValue | null): string =>
  typeof value === "string" ? value : "";

function problemOf(error: unknown): string {
  if (!(error instanceof ClientError)) return texts.board.failed;
  if (error.isAuthentication || error.code === "validation_failed") return texts.login.wrong;
  if (error.code === "rate_limited") return texts.login.limited;
  if (error.code === "tenant_unknown") return texts.login.notHere;
  return texts.login.unreachable;
}
