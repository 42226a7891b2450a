import type { AnySocket, Session } from "../handshake/session.ts";

type SocketsById = Map<string, AnySocket | Set<AnySocket>>;

/** What a revocation may name beside the session itself. */
const generationOf = (session: Session): string | undefined =>
  session.audience === "guest" ? session.code : session.roleId;

/**
 * The sockets on this gateway by what a revocation may name: the session, a guest's table code, the
 * generation of a person's role. An announcement finds its sockets without a walk over the others.
 */
export class SessionSockets {
  readonly #limits: Readonly<Record<Session["audience"], number>>;
  /**
   * By tenant, then by id: the keys are strings that the sockets hold anyway. One socket without a
   * set around it: nearly every session has one. Oldest first.
   */
  readonly #tenants = new Map<string, SocketsById>();

  /** @param limits sockets of one session; a further one replaces the oldest. */
  constructor(limits: Readonly<Record<Session["audience"], number>>) {
    this.#limits = limits;
  }

  /** @returns the socket of the same session that must end because of the new one. */
  add(socket: AnySocket): AnySocket | undefined {
    const { tenantId, sid, audience } = socket.data;
    let sockets = this.#tenants.get(tenantId);
    if (sockets === undefined) this.#tenants.set(tenantId, (sockets = new Map()));
    put(sockets, sid, socket);
    const generation = generationOf(socket.data);
    if (generation !== undefined) put(sockets, generation, socket);
    const known = sockets.get(sid);
    if (!(known instanceof Set) || known.size <= this.#limits[audience]) return undefined;
    return known.values().next().value;
  }

  remove(socket: AnySocket): void {
    const { tenantId, sid } = socket.data;
    const sockets = this.#tenants.get(tenantId);
    if (sockets === undefined) return;
    drop(sockets, sid, socket);
    const generation = generationOf(socket.data);
    if (generation !== undefined) drop(sockets, generation, socket);
    if (sockets.size === 0) this.#tenants.delete(tenantId);
  }

  /** The sockets of a session, a table code or a generation of a role. */
  of(tenantId: string, id: string): AnySocket[] {
    const sockets = this.#tenants.get(tenantId)?.get(id);
    if (sockets === undefined) return [];
    return sockets instanceof Set ? [...sockets] : [sockets];
  }
}

function put(sockets: SocketsById, id: string, socket: AnySocket): void {
  const known = sockets.get(id);
  if (known === undefined) sockets.set(id, socket);
  else if (known instanceof Set) known.add(socket);
  else sockets.set(id, new Set([known, socket]));
}

function drop(sockets: SocketsById, id: string, socket: AnySocket): void {
  const known = sockets.get(id);
  if (known instanceof Set) known.delete(socket);
  if (known === socket || (known instanceof Set && known.size === 0)) sockets.delete(id);
}
