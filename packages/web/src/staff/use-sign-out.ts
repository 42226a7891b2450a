import { useEffect, useRef, useState } from "preact/hooks";
import { loadAgain } from "../platform/load-again.ts";
import { silenceDevice } from "../push/push-device.ts";
import {
  endNotedSession,
  forgetSignIn,
  forgetSignOut,
  isSigningOut,
  noteSignIn,
} from "../shared/sign-out.ts";

export interface SignOut {
  /** The api does not know yet that this device was signed out. */
  readonly isPending: boolean;
  /** Sends nothing meanwhile: a late answer would take the cookie of a new session away. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Another session has taken the place of the ended one. */
  readonly forget: () => void;
}

/**
 * Tells the api of a sign-out on this device, again and again until it has answered; the device
 * rings no more meanwhile. A session that the api ended itself leaves the device alone: another
 * person may have signed in here on another page.
 */
export function useSignOut(): SignOut {
  const [isPending, setPending] = useState(isSigningOut);
  const [runs, setRuns] = useState(0);
  const end = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!isPending) return undefined;
    void silenceDevice();
    const ending = new AbortController();
    const stop = loadAgain(
      () => endNotedSession(ending.signal),
      () => setPending(false),
    );
    end.current = () => {
      stop();
      ending.abort();
    };
    return () => end.current();
  }, [isPending, runs]);
  useEffect(() => {
    // Done, or outdated by a sign-in, in another tab.
    const follow = () => setPending((known) => known && isSigningOut());
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }, []);
  return {
    isPending,
    pause: () => {
      noteSignIn();
      end.current();
    },
    resume: () => {
      forgetSignIn();
      setRuns((count) => count + 1);
    },
    forget: forgetSignOut,
  };
}
