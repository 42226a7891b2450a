import type { StaffClient } from "@waiter/client";
import { useEffect } from "preact/hooks";
import { idleSeconds } from "../touch/last-touch.ts";

/**
 * Tells the server how far this screen shows the requests, whether it is on top and can be heard,
 * and when it was last touched.
 */
export function useSeen(client: StaffClient, audible: boolean): void {
  const { epoch, seq } = client.position ?? {};
  const { state } = client;
  useEffect(() => {
    const tell = () => {
      const visible = document.visibilityState === "visible";
      const idleS = idleSeconds();
      if (seq !== undefined && visible)
        client.markSeen({ visible, audible, ...(idleS === undefined ? {} : { idleS }) });
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [client, epoch, seq, state, audible]);
}
