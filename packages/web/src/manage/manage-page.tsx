import { ClientError, StaffClient } from "@waiter/client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Splash } from "../components/splash.tsx";
import { Toasts } from "../components/toasts.tsx";
import { useToasts } from "../components/use-toasts.ts";
import { useOfficeTexts } from "../i18n/office-texts.ts";
import { isSuspended } from "../staff/is-suspended.ts";
import { LoginPage } from "../staff/login-page.tsx";
import { Unreachable } from "../staff/unreachable.tsx";
import { isSigningOut } from "../shared/sign-out.ts";
import { showSuspended } from "../shared/show-suspended.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { ManageShell } from "./manage-shell.tsx";
import { EventFollower } from "./shared/event-follower.ts";
import { ManageApi } from "../shared/manage-api.ts";
import { OwnDevices } from "./own-devices.tsx";
import { ManageContext } from "./shared/manage-context.ts";
import "../styles/confirm.css";
import "../styles/marks.css";
import "../devices/devices.css";
import "./manage.css";
import "./manage-parts.css";

type Stage = "resuming" | "login" | "ready";
const retryMs = 3_000;
/** After so long without an answer the page says that there is no connection. */
const patienceMs = 4_000;

/** What owners and managers change. Signs in on its own address, and says when a session ended. */
export function ManagePage() {
  const { login, office } = useOfficeTexts();
  const client = useMemo(() => new StaffClient(), []);
  const api = useMemo(() => new ManageApi(client), [client]);
  const events = useMemo(() => new EventFollower(api), [api]);
  const { toasts, show, drop } = useToasts();
  const [stage, setStage] = useState<Stage>(() => (isSigningOut() ? "login" : "resuming"));
  const [ended, setEnded] = useState(false);
  const [, setSession] = useState(0);
  /** Counts how often the person asked to try at once. */
  const [attempts, setAttempts] = useState(0);
  const isUnreachable = useLasting(stage === "resuming", patienceMs);

  useEffect(() => client.on("session", () => setSession((count) => count + 1)), [client]);
  useEffect(() => {
    if (stage !== "resuming") return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const resume = () => {
      client.resumeSession().then(
        () => setStage("ready"),
        (error: unknown) => {
          if (isOver) return;
          if (error instanceof ClientError && error.retryable) timer = setTimeout(resume, retryMs);
          else if (isSuspended(error)) showSuspended();
          else setStage("login");
        },
      );
    };
    resume();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, stage, attempts]);

  const { session } = client;
  const onEnded = useMemo(
    () => () => {
      setEnded(true);
      setStage("login");
    },
    [],
  );
  if (stage === "resuming")
    return isUnreachable ? (
      <Unreachable onRetry={() => setAttempts((count) => count + 1)}>
        <a class="button" href="/board">
          {office.board}
        </a>
      </Unreachable>
    ) : (
      <Splash text={login.resuming} />
    );
  if (stage === "login" || session === undefined)
    return (
      <LoginPage
        client={client}
        ended={ended}
        onDone={() => {
          setEnded(false);
          setStage("ready");
        }}
      />
    );
  const { staff } = session;
  return (
    <ManageContext.Provider
      value={{ api, events, me: staff, role: staff.role, say: show, onEnded }}
    >
      <ManageShell />
      <OwnDevices client={client} />
      <Toasts toasts={toasts} onDrop={drop} />
    </ManageContext.Provider>
  );
}
