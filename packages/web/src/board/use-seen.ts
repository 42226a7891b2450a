import type { StaffClient } from "@waiter/client";
import { useEffect } from "preact/hooks";

/** Tells the server how far this screen shows the calls, whenever somebody could look at it. */
export function useSeen(client: StaffClient): void {
  const { seq } = client.position ?? {};
  const { state } = client;
  useEffect(() => {
    const tell = () => {
      if (seq !== undefined && document.visibilityState === "visible") client.markSeen();
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [client, seq, state]);
}
