import type { StaffClient } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useEffect } from "preact/hooks";

/**
 * Keeps the device's notifications true while the board is open: a request that was claimed or has
 * ended replaces its own silently. A tapped notification brings its request into view.
 */
export function usePushMessages(client: StaffClient): void {
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return undefined;
    const { serviceWorker } = navigator;
    const told = (event: MessageEvent) => {
      const { kind, requestId } = (event.data ?? {}) as { kind?: string; requestId?: string };
      if (kind === "show" && requestId !== undefined) bringIntoView(requestId);
    };
    const asked = location.hash.slice(1);
    if (/^[\w-]{36}$/.test(asked)) {
      history.replaceState(history.state, "", location.pathname);
      whenThere(asked);
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
      serviceWorker.removeEventListener("message", told);
    };
  }, [client]);
}

/** The board may still be on its way. */
function whenThere(requestId: string, tries = 20): void {
  if (bringIntoView(requestId) || tries === 0) return;
  setTimeout(() => whenThere(requestId, tries - 1), 500);
}

function bringIntoView(requestId: string): boolean {
  const card = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(requestId)}"]`);
  if (card === null) return false;
  card.scrollIntoView({ block: "center" });
  card.querySelector<HTMLButtonElement>("[data-does]")?.focus();
  return true;
}
