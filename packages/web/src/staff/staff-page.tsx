import { ClientError, StaffClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { BoardPage } from "../board/board-page.tsx";
import { readKnownBoard } from "../board/known-board.ts";
import { OfflineBoard } from "../board/offline-board.tsx";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { keepWhile } from "../shared/older-release.ts";
import { isSigningOut, noteSignOut } from "../shared/sign-out.ts";
import { showSuspended } from "../shared/show-suspended.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { WallPage } from "../wall/wall-page.tsx";
import { isSuspended } from "./is-suspended.ts";
import { LoginPage } from "./login-page.tsx";
import { Unreachable } from "./unreachable.tsx";

type Stage = "resuming" | "login" | "board";
const retryMs = 3_000;
/** A tap that was not sent for so long is shown as not done. */
const commandTtlMs = 30_000;
const openClient = () => new StaffClient({ timing: { commandTtlMs } });

/** Sign-in, board or wall, whichever the session and the address say. A client serves one session. */
export function StaffPage({ view }: { readonly view: "board" | "wall" }) {
  const { login, board } = useStaffTexts();
  const [client, setClient] = useState(openClient);
  const [stage, setStage] = useState<Stage>(() => (isSigningOut() ? "login" : "resuming"));
  /** The session ended without a sign-out on this page. */
  const [ended, setEnded] = useState(false);
  /** Counts how often the person asked to try at once. */
  const [attempts, setAttempts] = useState(0);
  const unreachable = useLasting(stage === "resuming", 4_000);

  useEffect(() => keepWhile(() => client.pendingCommands > 0), [client]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const signIn = (wasEnded: boolean) => {
      client.close();
      setEnded(wasEnded);
      setClient(openClient());
      setStage("login");
    };
    const resume = () => {
      client.resumeSession().then(
        () => setStage("board"),
        (error: unknown) => {
          if (isOver) return;
          // A server that is away for a moment must not cost the session.
          if (error instanceof ClientError && error.retryable) timer = setTimeout(resume, retryMs);
          else if (isSuspended(error)) showSuspended();
          else setStage("login");
        },
      );
    };
    const ends = [
      client.on("refused", (code) => {
        if (code === "tenant_suspended") showSuspended();
        else signIn(true);
      }),
      client.on("session", (session) => {
        // A sign-out closes the client before its session ends.
        if (session === undefined && stage === "board" && client.state !== "closed") signIn(true);
      }),
    ];
    if (stage === "resuming") resume();
    if (stage === "board") client.connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [client, stage, attempts]);

  useEffect(() => {
    if (stage === "resuming" || view === "wall") return;
    // The state may be an open sheet's, the hash names the request of a notification.
    const path = stage === "login" ? "/login" : "/board";
    history.replaceState(history.state, "", path + location.hash);
  }, [stage, view]);

  if (stage === "resuming") {
    if (!unreachable) return <Splash text={login.resuming} />;
    const known = readKnownBoard();
    return known === undefined ? (
      <Unreachable onRetry={() => setAttempts((count) => count + 1)}>
        <p class="banner alarm">{board.shout.offline}</p>
      </Unreachable>
    ) : (
      <OfflineBoard known={known} />
    );
  }
  if (stage === "login")
    return (
      <LoginPage
        client={client}
        ended={ended}
        onDone={() => {
          setEnded(false);
          setStage("board");
        }}
      />
    );
  const signOut = () => {
    // The sign-in page ends the session, also after a reload.
    const isNoted = noteSignOut();
    client.close();
    if (!isNoted) void client.logout().catch(() => undefined);
    setStage("login");
    setClient(openClient());
  };
  return view === "wall" ? (
    <WallPage client={client} onSignOut={signOut} />
  ) : (
    <BoardPage client={client} onSignOut={signOut} />
  );
}
