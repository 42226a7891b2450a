import type { StaffClient } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useEffect } from "preact/hooks";

/** The board may still be on its way, or asleep: it is looked through for 10 s. */
const attempts = 20;
const pauseMs = 500;

/**
 * Keeps the device's notifications true while the board is open: a request that was claimed or has
 * ended replaces its own silently. A tapped notification brings its request into view, as soon as
 * the board knows it, also where a filter hides it; a live board without it says so.
 *
 * @param choose - chooses a filter by its key
 * @param tellOver - says that the request is no longer open
 */
export function usePushMessages(
  client: StaffClient,
  choose: (filter: string) => void,
  tellOver: () => void,
): void {
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return undefined;
    const { serviceWorker } = navigator;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (id: string, tries = attempts) => {
      clearTimeout(timer);
      if (bringIntoView(id)) return;
      const isKnown = client.requests.some((request) => request.id === id);
      if (tries === 0) {
        // A board that is not live says that requests may be missing.
        if (!isKnown && client.state === "live") tellOver();
        return;
      }
      if (isKnown) choose("all");
      timer = setTimeout(() => show(id, tries - 1), pauseMs);
    };
    const told = (event: MessageEvent) => {
      const { kind, requestId } = (event.data ?? {}) as { kind?: string; requestId?: string };
      if (kind === "show" && requestId !== undefined) show(requestId);
    };
    const asked = location.hash.slice(1);
    if (/^[\w-]{36}$/.test(asked)) {
      history.replaceState(history.state, "", location.pathname);
      show(asked);
    }
    const end = client.on("event", ({ type, data }) => {
      const { request } = data as { request?: Request };
      if (!type.startsWith("request.") || request === undefined || request.state === "new") return;
      const { name } = request.claimedBy ?? {};
      serviceWorker.controller?.postMessage({
        kind: "handled",
        requestId: request.id,
        ...(request.state === "claimed" && name !== undefined && { name }),
      });
    });
    serviceWorker.addEventListener("message", told);
    return () => {
      end();
      clearTimeout(timer);
      serviceWorker.removeEventListener("message", told);
    };
  }, [client, choose, tellOver]);
}

function bringIntoView(requestId: string): boolean {
  const card = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(requestId)}"]`);
  if (card === null) return false;
  card.scrollIntoView({ block: "center" });
  card.querySelector<HTMLButtonElement>("[data-does]")?.focus();
  return true;
}
