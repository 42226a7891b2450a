import { inTurns } from "@waiter/lifecycle";
import { connectionOf } from "../engine/ws-internals.ts";
import type { WriteBufferLimit } from "../delivery/write-buffer.ts";
import type { AnySocket } from "../handshake/session.ts";

export interface SweepOptions {
  readonly sockets: () => Iterable<AnySocket>;
  readonly limit: WriteBufferLimit;
  readonly graceMs: number;
  readonly end: (socket: AnySocket, reason: string) => void;
  readonly now?: () => number;
}

/** Sockets of one turn of the event loop: about a millisecond. */
const perTurn = 1_000;

/**
 * Ends sockets whose token expired more than the grace period ago, and sockets that read too
 * slowly. One pass over all sockets every few seconds, in slices: a timer per socket would cost
 * memory per connection.
 */
export async function sweepSockets({
  sockets,
  limit,
  graceMs,
  end,
  now = Date.now,
}: SweepOptions): Promise<void> {
  const expiredBefore = now() - graceMs;
  await inTurns(sockets(), perTurn, (slice) => {
    for (const socket of slice)
      if (!socket.connected) continue;
      else if (socket.data.expiresAt < expiredBefore) end(socket, "token_expired");
      else limit.enforce(connectionOf(socket));
  });
}
