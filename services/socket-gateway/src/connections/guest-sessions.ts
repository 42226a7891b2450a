import type { GuestSocket } from "../handshake/session.ts";

/**
 * The sockets of each guest session on this gateway. A session may have `limit` of them (tabs, and
 * connections whose loss was not noticed yet); a new one replaces the oldest.
 */
export class GuestSessions {
  readonly #limit: number;
  /** One socket without a list around it: nearly every session has one. Oldest first. */
  readonly #sockets = new Map<string, GuestSocket | GuestSocket[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the socket that must end because of the new one. */
  add(socket: GuestSocket): GuestSocket | undefined {
    const sockets = [...this.#of(socket), socket];
    const replaced = sockets.length > this.#limit ? sockets.shift() : undefined;
    this.#set(socket, sockets);
    return replaced;
  }

  remove(socket: GuestSocket): void {
    this.#set(
      socket,
      this.#of(socket).filter((other) => other !== socket),
    );
  }

  #of({ data }: GuestSocket): readonly GuestSocket[] {
    const sockets = this.#sockets.get(keyOf(data));
    if (sockets === undefined) return [];
    return Array.isArray(sockets) ? sockets : [sockets];
  }

  #set({ data }: GuestSocket, sockets: GuestSocket[]): void {
    const [only] = sockets;
    if (only === undefined) this.#sockets.delete(keyOf(data));
    else this.#sockets.set(keyOf(data), sockets.length === 1 ? only : sockets);
  }
}

const keyOf = ({ tenantId, sid }: GuestSocket["data"]): string => `${tenantId} ${sid}`;
