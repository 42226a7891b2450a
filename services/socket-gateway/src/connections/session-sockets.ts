import type { AnySocket, Session } from "../handshake/session.ts";

/** What a revocation may name of a session. */
const idsOf = (session: Session): string[] =>
  [session.sid, session.audience === "guest" ? session.code : session.roleId].filter(
    (id) => id !== undefined,
  );

/**
 * The sockets on this gateway by what a revocation may name: the session, a guest's table code, the
 * generation of a person's role. An announcement finds its sockets without a walk over the others.
 */
export class SessionSockets {
  readonly #guestLimit: number;
  /**
   * By tenant, then by id: the keys are strings that the sockets hold anyway. One socket without a
   * set around it: nearly every session has one. Oldest first.
   */
  readonly #tenants = new Map<string, Map<string, AnySocket | Set<AnySocket>>>();

  /** @param guestLimit sockets of one guest session; a further one replaces the oldest. */
  constructor(guestLimit: number) {
    this.#guestLimit = guestLimit;
  }

  /** @returns the socket of the same guest session that must end because of the new one. */
  add(socket: AnySocket): AnySocket | undefined {
    const { tenantId, sid, audience } = socket.data;
    for (const id of idsOf(socket.data)) this.#put(tenantId, id, socket);
    if (audience !== "guest") return undefined;
    const [oldest, ...others] = this.of(tenantId, sid);
    return others.length + 1 > this.#guestLimit ? oldest : undefined;
  }

  remove(socket: AnySocket): void {
    const { tenantId } = socket.data;
    for (const id of idsOf(socket.data)) this.#drop(tenantId, id, socket);
  }

  /** The sockets of a session or a table code. */
  of(tenantId: string, id: string): AnySocket[] {
    const sockets = this.#tenants.get(tenantId)?.get(id);
    if (sockets === undefined) return [];
    return sockets instanceof Set ? [...sockets] : [sockets];
  }

  #put(tenantId: string, id: string, socket: AnySocket): void {
    let sockets = this.#tenants.get(tenantId);
    if (sockets === undefined) this.#tenants.set(tenantId, (sockets = new Map()));
    const known = sockets.get(id);
    if (known === undefined) sockets.set(id, socket);
    else if (known instanceof Set) known.add(socket);
    else sockets.set(id, new Set([known, socket]));
  }

  #drop(tenantId: string, id: string, socket: AnySocket): void {
    const sockets = this.#tenants.get(tenantId);
    const known = sockets?.get(id);
    if (known instanceof Set) known.delete(socket);
    if (known === socket || (known instanceof Set && known.size === 0)) sockets?.delete(id);
    if (sockets?.size === 0) this.#tenants.delete(tenantId);
  }
}
