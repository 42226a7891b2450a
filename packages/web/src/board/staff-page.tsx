import { ClientError, StaffClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { Splash } from "../shared/splash.tsx";
import { texts } from "../texts.ts";
import { BoardPage } from "./board-page.tsx";
import { LoginPage } from "./login-page.tsx";

type Stage = "resuming" | "login" | "board";
const retryMs = 3_000;

/** Sign-in or board, whichever the session says. A client serves one session: signing out makes another. */
export function StaffPage() {
  const [client, setClient] = useState(() => new StaffClient());
  const [stage, setStage] = useState<Stage>("resuming");

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const signIn = () => {
      client.close();
      setClient(new StaffClient());
      setStage("login");
    };
    const resume = () => {
      client.resumeSession().then(
        () => setStage("board"),
        (error: unknown) => {
          // A server that is away for a moment must not cost anybody their session.
          if (error instanceof ClientError && error.retryable) timer = setTimeout(resume, retryMs);
          else setStage("login");
        },
      );
    };
    const ends = [
      client.on("refused", signIn),
      client.on("session", (session) => session === undefined && stage === "board" && signIn()),
    ];
    if (stage === "resuming") resume();
    if (stage === "board") client.connect();
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [client, stage]);

  useEffect(() => {
    if (stage !== "resuming")
      history.replaceState(null, "", stage === "login" ? "/login" : "/board");
  }, [stage]);

  if (stage === "resuming") return <Splash text={texts.login.resuming} />;
  if (stage === "login") return <LoginPage client={client} onDone={() => setStage("board")} />;
  return <BoardPage client={client} />;
}
