import { ClientError, type GuestCall, type GuestClient } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ShowToast } from "../components/use-toasts.ts";
import type { GuestMessages } from "../i18n/messages.ts";
import { keepWhile } from "../shared/older-release.ts";
import { canUndo } from "../shared/undo-support.ts";
import { isOpen } from "./request-status.ts";
import type * as sheetsModule from "./sheets.ts";

const failureMs = 8_000;
/** Time after which a cancellation without an answer is sent again. */
const cancelAgainMs = 5_000;

/** A cancellation without an answer. */
interface Cancelling {
  readonly label: string;
  readonly retryAfterMs?: number | undefined;
}

export interface GuestActions {
  readonly call: (call: GuestCall) => void;
  readonly cancel: (request: GuestRequest, label: string) => void;
  readonly reopen: (request: GuestRequest) => void;
  /** Ids of requests with a command under way. */
  readonly busy: ReadonlySet<string>;
  /** Ids of requests that are cancelled as soon as the network is back. */
  readonly cancelling: ReadonlySet<string>;
}

/** What a guest can do; failures become toasts, a cancellation without an answer is repeated. */
export function useGuestActions(
  client: GuestClient,
  texts: GuestMessages,
  show: ShowToast,
  sheets: typeof sheetsModule | undefined,
): GuestActions {
  const { guest, common } = texts;
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [cancelling, setCancelling] = useState<ReadonlyMap<string, Cancelling>>(new Map());
  const waiting = useRef(cancelling);
  waiting.current = cancelling;
  const underWay = useRef(new Set<string>());
  useEffect(() => keepWhile(() => waiting.current.size > 0), []);

  const run = useCallback(async <T>(id: string, command: () => Promise<T>): Promise<T> => {
    setBusy((known) => new Set(known).add(id));
    try {
      return await command();
    } finally {
      setBusy((known) => new Set([...known].filter((other) => other !== id)));
    }
  }, []);

  const cancelNow = useCallback(
    async (id: string, cancelled: Cancelling) => {
      if (underWay.current.has(id)) return;
      underWay.current.add(id);
      try {
        const done = await run(id, () => client.cancel(id));
        setCancelling((known) => without(known, id));
        const undo = sheets?.undoCancellation;
        const takeBack = () => void undo?.(client, done, texts, show);
        const actions = undo && canUndo() ? [{ label: common.undo, run: takeBack }] : [];
        show(guest.cancelled(cancelled.label), { actions });
      } catch (error) {
        const isNetwork = error instanceof ClientError && error.retryable;
        if (isNetwork) {
          if (!waiting.current.has(id)) show(guest.cancelUnanswered, { ms: failureMs });
          const again = { label: cancelled.label, retryAfterMs: error.retryAfterMs };
          setCancelling((known) => new Map(known).set(id, again));
        } else {
          setCancelling((known) => without(known, id));
          show(guest.cancelFailed, { tone: "warn", ms: failureMs });
        }
      } finally {
        underWay.current.delete(id);
      }
    },
    [client, common, guest, run, sheets, show, texts],
  );

  const cancelAgain = useCallback(() => {
    for (const [id, cancelled] of waiting.current)
      // A waiter may have done it meanwhile: then there is nothing to cancel.
      if (isOver(client, id)) setCancelling((known) => without(known, id));
      else void cancelNow(id, cancelled);
  }, [client, cancelNow]);

  useEffect(
    () =>
      client.on("state", (state) => {
        if (state === "live" || state === "polling") cancelAgain();
      }),
    [client, cancelAgain],
  );
  // The connection may stay live while the answer is lost: then no change of state sends it again.
  // Each attempt that fails sets `cancelling`, so the next wait begins.
  useEffect(() => {
    if (cancelling.size === 0) return undefined;
    const pauses = [...cancelling.values()].map(({ retryAfterMs = 0 }) => retryAfterMs);
    const pauseMs = Math.max(cancelAgainMs, ...pauses) * (1 + Math.random() / 2);
    const timer = setTimeout(cancelAgain, pauseMs);
    return () => clearTimeout(timer);
  }, [cancelling, cancelAgain]);

  const call = (wanted: GuestCall) => {
    try {
      client.call(wanted);
    } catch {
      show(guest.tooMany, { tone: "warn", ms: failureMs });
    }
  };
  return {
    busy,
    cancelling: new Set(cancelling.keys()),
    call,
    cancel: (request, label) => void cancelNow(request.id, { label }),
    reopen: (request) => {
      const { id, type, note, payment } = request;
      run(id, () => client.reopen(id)).catch(() =>
        call({ type, ...(note !== undefined && { note }), ...(payment && { payment }) }),
      );
    },
  };
}

const isOver = (client: GuestClient, id: string): boolean => {
  const request = client.requests.find((one) => one.id === id);
  return request !== undefined && !isOpen(request);
};

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
