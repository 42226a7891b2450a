import { inTurns } from "@waiter/lifecycle";
import { connectionOf } from "../engine/ws-internals.ts";
import type { WriteBufferLimit } from "../delivery/write-buffer.ts";
import type { AnySocket } from "../handshake/session.ts";
import type { TokenExpiries } from "./token-expiries.ts";

export interface SweepOptions {
  readonly expiries: Pick<TokenExpiries, "before">;
  /** All sockets, of live maps: sockets may join and leave meanwhile. */
  readonly sockets: () => Iterator<AnySocket>;
  readonly count: () => number;
  readonly limit: Pick<WriteBufferLimit, "enforce">;
  readonly graceMs: number;
  readonly end: (socket: AnySocket, reason: string) => void;
  readonly now?: () => number;
}

/** Sockets of one turn of the event loop: some milliseconds where their memory is in no cache. */
const perTurn = 250;
/** Sweeps of one pass over all write buffers. */
const sweepsPerPass = 12;

/**
 * Makes the function that runs every few seconds. It ends sockets whose token expired more than the
 * grace period ago. It also enforces the limit of write buffers on a twelfth of all sockets, for
 * what no later message to the socket finds: reading all 40,000 every time would take 1 % of a
 * core. Both go in slices.
 */
export function socketSweep(options: SweepOptions): () => Promise<void> {
  const { expiries, limit, graceMs, end, now = Date.now } = options;
  const part = partsOf(options);
  return async () => {
    await inTurns(expiries.before(now() - graceMs), perTurn, (slice) => {
      for (const socket of slice) if (socket.connected) end(socket, "token_expired");
    });
    await inTurns(part(), perTurn, (slice) => {
      for (const socket of slice) if (socket.connected) limit.enforce(connectionOf(socket));
    });
  };
}

/** The next twelfth with each call; after the last one it begins again. */
function partsOf({ sockets, count }: SweepOptions): () => Generator<AnySocket> {
  let rest = sockets();
  return function* part() {
    for (let left = Math.ceil(count() / sweepsPerPass); left > 0; left -= 1) {
      const next = rest.next();
      if (next.done === true) {
        rest = sockets();
        return;
      }
      yield next.value;
    }
  };
}
