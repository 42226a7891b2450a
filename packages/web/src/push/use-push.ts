import type { StaffClient } from "@waiter/client";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ManageApi } from "../shared/manage-api.ts";
import {
  isSubscribed,
  obstacleHere,
  onPermission,
  subscribe,
  type PushObstacle,
} from "./push-device.ts";
import { readLastShown, testPush } from "./test-push.ts";

const retryMs = 30_000;
/** A page that comes back after so long asks the browser and the server again. */
const againMs = 10 * 60_000;
/** Reasons of a failed test that a new subscription mends. */
const gone = ["no_subscription", "http_404", "http_410"];

export type PushState = PushObstacle | "starting" | "unreachable" | "ready";
/** How the last test on this page went; `renewed`: the device has a new subscription since. */
export type PushTest =
  | { readonly kind: "none" | "running" | "shown" | "renewed" }
  | { readonly kind: "failed"; readonly reason: string };

export interface Push {
  readonly state: PushState;
  /** When this device last showed a test, ISO 8601. */
  readonly lastShownAt: string | undefined;
  readonly test: PushTest;
  /** Asks for the permission; belongs in a tap. */
  readonly allow: () => void;
  readonly runTest: () => void;
}

/** Keeps this device subscribed, and tells what is missing where it does not ring. */
export function usePush(client: StaffClient): Push {
  const api = useMemo(() => new ManageApi(client), [client]);
  const [state, setState] = useState<PushState>("starting");
  const [lastShownAt, setLastShownAt] = useState<string>();
  const [test, setTest] = useState<PushTest>({ kind: "none" });
  const [tries, setTries] = useState(0);
  const ended = useRef(false);
  /** What the browser said last, and when it was asked. */
  const asked = useRef<{ readonly obstacle: PushObstacle | undefined; readonly at: number }>(
    undefined,
  );

  useEffect(() => () => void (ended.current = true), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    asked.current = { obstacle: obstacleHere(), at: Date.now() };
    subscribe(api)
      .then(async (obstacle) => {
        if (isOver) return;
        setState(obstacle ?? "ready");
        if (obstacle !== undefined) return;
        const shownAt = await readLastShown(api);
        if (!isOver) setLastShownAt(shownAt);
      })
      .catch(async () => {
        const isKept = await isSubscribed();
        if (isOver) return;
        // Without the server the device still has what it had, unless the browser dropped it.
        setState((known) => (known === "ready" && isKept ? known : "unreachable"));
        timer = setTimeout(() => setTries((count) => count + 1), retryMs);
      });
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api, tries]);

  // The person allowed notifications in the settings, or took that back; or the browser changed the
  // subscription while the page was asleep. An installed page is not loaded again for weeks.
  useEffect(() => {
    const look = () => {
      const { obstacle, at = 0 } = asked.current ?? {};
      const isOld = Math.abs(Date.now() - at) > againMs;
      if (document.visibilityState === "visible" && (isOld || obstacle !== obstacleHere()))
        setTries((count) => count + 1);
    };
    document.addEventListener("visibilitychange", look);
    const end = onPermission(look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      end();
    };
  }, []);

  const runTest = async () => {
    setTest({ kind: "running" });
    try {
      setLastShownAt(await testPush(api, lastShownAt, () => ended.current));
      setTest({ kind: "shown" });
    } catch (error) {
      const reason = error instanceof Error ? error.message : "failed";
      if (!gone.includes(reason)) return setTest({ kind: "failed", reason });
      setState((await subscribe(api, true)) ?? "ready");
      setLastShownAt(undefined);
      setTest({ kind: "renewed" });
    }
  };
  return {
    state,
    lastShownAt,
    test,
    allow: () => void Notification.requestPermission().then(() => setTries((count) => count + 1)),
    runTest: () => void runTest().catch(() => setTest({ kind: "failed", reason: "subscribe" })),
  };
}
