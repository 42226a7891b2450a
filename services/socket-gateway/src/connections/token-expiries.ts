import type { AnySocket } from "../handshake/session.ts";

/** Expiries within this time share a set, ms. */
const slotMs = 10_000;

/**
 * The sockets by the expiry of their tokens: a look at those that are due does not walk over the
 * others. A socket is removed before its `expiresAt` changes.
 */
export class TokenExpiries {
  readonly #slots = new Map<number, Set<AnySocket>>();

  add(socket: AnySocket): void {
    const slot = slotOf(socket.data.expiresAt);
    const sockets = this.#slots.get(slot);
    if (sockets === undefined) this.#slots.set(slot, new Set([socket]));
    else sockets.add(socket);
  }

  remove(socket: AnySocket): void {
    const slot = slotOf(socket.data.expiresAt);
    const sockets = this.#slots.get(slot);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#slots.delete(slot);
  }

  /** The sockets whose tokens expired before this time, ms; they may be removed meanwhile. */
  *before(time: number): Generator<AnySocket> {
    const last = slotOf(time);
    for (const [slot, sockets] of this.#slots) {
      if (slot > last) continue;
      for (const socket of sockets) if (socket.data.expiresAt < time) yield socket;
    }
  }
}

const slotOf = (expiresAt: number): number => Math.floor(expiresAt / slotMs);
