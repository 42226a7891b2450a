import { useEffect, useRef, useState } from "preact/hooks";
import { within } from "../shared/within.ts";
import {
  join,
  mayAskAgain,
  problemOf,
  readInvitation,
  type Invited,
  type JoinProblem,
} from "./invitation.ts";
import { readSignedIn } from "./signed-in-here.ts";

export interface Given {
  readonly password: string;
  readonly deviceName: string;
}

/** The invitation stands behind `#`, which no server sees. */
const invitationOf = (): string => location.hash.slice(1);
const retryMs = 3_000;
/** The page waits no longer to know who is signed in here; it then says so when it knows. */
const signedInMs = 4_000;

/** Reads the invitation of the address and uses it. While the network is away it tries again. */
export function useInvitation() {
  const [invited, setInvited] = useState<Invited>();
  /** Who is signed in on this device, where that is another person. */
  const [replaces, setReplaces] = useState<string>();
  const [problem, setProblem] = useState<JoinProblem>();
  const [busy, setBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const endReading = useRef<() => void>(() => undefined);

  const enter = async (given: Given): Promise<void> => {
    setBusy(true);
    // A refresh that is answered later would bring the old cookie back.
    endReading.current();
    try {
      const role = await join(invitationOf(), given);
      // What an owner does next is set up or change; who serves sees the requests.
      location.replace(role === "owner" || role === "manager" ? "/manage" : "/board");
    } catch (error) {
      const reason = problemOf(error);
      setProblem(reason);
      if (reason === "network") timer.current = setTimeout(() => void enter(given), retryMs);
      else setBusy(false);
    }
  };
  const latest = useRef(enter);
  latest.current = enter;

  useEffect(() => {
    const read = async (invitation: string): Promise<void> => {
      try {
        const next = await readInvitation(invitation);
        if (invitation !== invitationOf()) return;
        const reading = new Promise<void>((resolve) => {
          endReading.current = readSignedIn(next, (name) => {
            setReplaces(name);
            resolve();
          });
        });
        await within(signedInMs, reading);
        if (invitation !== invitationOf()) return;
        setInvited(next);
        setProblem(undefined);
      } catch (error) {
        if (invitation !== invitationOf()) return;
        const reason = problemOf(error);
        // The answer to this very device was lost: it gets it again.
        if (reason === "used" && mayAskAgain())
          return latest.current({ password: "", deviceName: "" });
        setProblem(reason);
        if (reason === "network") timer.current = setTimeout(() => void read(invitation), retryMs);
      }
    };
    const start = () => {
      clearTimeout(timer.current);
      endReading.current();
      setInvited(undefined);
      setReplaces(undefined);
      const invitation = invitationOf();
      setProblem(invitation === "" ? "unknown" : undefined);
      if (invitation !== "") void read(invitation);
    };
    start();
    // Another invitation was opened in the same tab.
    addEventListener("hashchange", start);
    return () => {
      removeEventListener("hashchange", start);
      clearTimeout(timer.current);
      endReading.current();
    };
  }, []);
  return { invited, replaces, problem, busy, enter };
}
