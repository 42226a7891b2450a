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

/**
 * Ends sockets whose token expired more than the grace period ago, and sockets that read too
 * slowly. One pass over all sockets every few seconds: a timer per socket would cost memory per
 * connection.
 */
export function sweepSockets({ sockets, limit, graceMs, end, now = Date.now }: SweepOptions): void {
  const expiredBefore = now() - graceMs;
  for (const socket of sockets()) {
    if (socket.data.expiresAt < expiredBefore) end(socket, "token_expired");
    else limit.enforce(connectionOf(socket));
  }
}
