import type { StaffClient } from "@waiter/client";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ManageApi } from "../shared/manage-api.ts";
import { subscribe, type PushObstacle } from "./push-device.ts";

const retryMs = 30_000;
const lookEveryMs = 500;
/** A test that was not shown within this time has failed. */
const testMs = 15_000;

export type PushState = PushObstacle | "starting" | "unreachable" | "ready";
/** How the last test on this page went. */
export type PushTest =
  | { readonly kind: "none" | "running" | "shown" }
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
interface Answer {
  readonly subscription: { readonly lastTestShownAt?: string } | null;
}

/** Keeps this device subscribed, and tells what is missing where it does not ring. */
export function usePush(client: StaffClient): Push {
  const api = useMemo(() => new ManageApi(client), [client]);
  const [state, setState] = useState<PushState>("starting");
  const [lastShownAt, setLastShownAt] = useState<string>();
  const [test, setTest] = useState<PushTest>({ kind: "none" });
  const [tries, setTries] = useState(0);
  const ended = useRef(false);

  useEffect(() => () => void (ended.current = true), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    subscribe(api)
      .then(async (obstacle) => {
        if (ended.current) return;
        setState(obstacle ?? "ready");
        if (obstacle === undefined) setLastShownAt(await readLastShown(api));
      })
      .catch(() => {
        if (ended.current) return;
        setState("unreachable");
        timer = setTimeout(() => setTries((count) => count + 1), retryMs);
      });
    return () => clearTimeout(timer);
  }, [api, tries]);

  const runTest = async () => {
    setTest({ kind: "running" });
    const sent = await api.call<{ status: string; reason?: string }>("POST", "/api/push/test");
    if (sent.status !== "sent") throw new Error(sent.reason ?? "failed");
    for (const end = Date.now() + testMs; Date.now() < end && !ended.current;) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      const at = await readLastShown(api);
      if (at === undefined || at === lastShownAt) continue;
      setLastShownAt(at);
      setTest({ kind: "shown" });
      return;
    }
    throw new Error("timed_out");
  };
  return {
    state,
    lastShownAt,
    test,
    allow: () => void Notification.requestPermission().then(() => setTries((count) => count + 1)),
    runTest: () =>
      void runTest().catch((error: unknown) =>
        setTest({ kind: "failed", reason: error instanceof Error ? error.message : "failed" }),
      ),
  };
}

const readLastShown = async (api: ManageApi): Promise<string | undefined> =>
  (await api.call<Answer>("GET", "/api/push/subscription")).subscription?.lastTestShownAt;
