import { ClientError, StaffClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { BoardPage } from "../board/board-page.tsx";
import { forgetKnownBoard, readKnownBoard } from "../board/known-board.ts";
import { OfflineBoard } from "../board/offline-board.tsx";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { keepWhile } from "../shared/older-release.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { WallPage } from "../wall/wall-page.tsx";
import { LoginPage } from "./login-page.tsx";

type Stage = "resuming" | "login" | "board";
const retryMs = 3_000;
/** A tap that was not sent for so long is shown as not done. */
const commandTtlMs = 30_000;
const openClient = () => new StaffClient({ timing: { commandTtlMs } });

/** Sign-in, board or wall, whichever the session and the address say. A client serves one session. */
export function StaffPage({ view }: { readonly view: "board" | "wall" }) {
  const { login } = useStaffTexts();
  const [client, setClient] = useState(openClient);
  const [stage, setStage] = useState<Stage>("resuming");
  /** The session ended without a sign-out on this page. */
  const [ended, setEnded] = useState(false);
  const unreachable = useLasting(stage === "resuming", 4_000);

  useEffect(() => keepWhile(() => client.pendingCommands > 0), [client]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const signIn = (wasEnded: boolean) => {
      client.close();
      forgetKnownBoard();
      setEnded(wasEnded);
      setClient(openClient());
      setStage("login");
    };
    const resume = () => {
      client.resumeSession().then(
        () => setStage("board"),
        (error: unknown) => {
          // A server that is away for a moment must not cost the session.
          if (error instanceof ClientError && error.retryable) timer = setTimeout(resume, retryMs);
          else setStage("login");
        },
      );
    };
    const ends = [
      client.on("refused", () => signIn(true)),
      client.on("session", (session) => {
        if (session === undefined && stage === "board") signIn(true);
      }),
    ];
    if (stage === "resuming") resume();
    if (stage === "board") client.connect();
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [client, stage]);

  useEffect(() => {
    if (stage === "resuming" || view === "wall") return;
    // The state may be an open sheet's.
    history.replaceState(history.state, "", stage === "login" ? "/login" : "/board");
  }, [stage, view]);

  if (stage === "resuming") {
    const known = unreachable ? readKnownBoard() : undefined;
    return known === undefined ? <Splash text={login.resuming} /> : <OfflineBoard known={known} />;
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
    const leaving = client;
    setStage("login");
    setClient(openClient());
    forgetKnownBoard();
    void leaving.logout().catch(() => undefined);
  };
  return view === "wall" ? (
    <WallPage client={client} onSignOut={signOut} />
  ) : (
    <BoardPage client={client} onSignOut={signOut} />
  );
}
