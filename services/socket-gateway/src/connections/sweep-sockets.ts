import { inTurns } from "@waiter/lifecycle";
import type { AnySocket } from "../handshake/session.ts";
import type { TokenExpiries } from "./token-expiries.ts";

export interface SweepOptions {
  readonly expiries: Pick<TokenExpiries, "before">;
  readonly graceMs: number;
  readonly end: (socket: AnySocket, reason: string) => void;
  readonly now?: () => number;
}

/** Sockets of one turn of the event loop: some milliseconds where their memory is in no cache. */
const perTurn = 250;

/**
 * Makes the function that runs every few seconds: it ends sockets whose token expired more than the
 * grace period ago, in slices.
 */
export function socketSweep(options: SweepOptions): () => Promise<void> {
  const { expiries, graceMs, end, now = Date.now } = options;
  return () =>
    inTurns(expiries.before(now() - graceMs), perTurn, (slice) => {
      for (const socket of slice) if (socket.connected) end(socket, "token_expired");
    });
}
