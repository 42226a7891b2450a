import { endOf, rooms } from "@waiter/contracts";
import type { UnjoinedConnections } from "../engine/unjoined-connections.ts";
import { connectionOf } from "../engine/ws-internals.ts";
import type {
  AnySocket,
  GuestNamespace,
  StaffNamespace,
  StaffSocket,
} from "../handshake/session.ts";
import type { TenantDirectory } from "../handshake/tenant-directory.ts";
import type { PresenceWatch } from "../presence/presence-watch.ts";
import type { EndReasons } from "./end-reasons.ts";
import { memberOf, staffOf } from "./join-staff.ts";
import type { LocalTenants } from "./local-tenants.ts";
import type { SessionSockets } from "./session-sockets.ts";

export interface EndDeps {
  readonly ends: EndReasons;
  readonly unjoined: Pick<UnjoinedConnections, "add">;
}

/** Ends a socket's connection and records the reason for the metric. */
export function endSocket(socket: AnySocket, reason: string, { ends, unjoined }: EndDeps): void {
  const connection = connectionOf(socket);
  ends.note(connection, reason);
  // A client stays away after a disconnect; after a close it reconnects with a new token.
  if (reason === "revoked" || reason === "replaced") socket.disconnect(true);
  else socket.conn.close();
  // Terminates a connection whose client ignores the closing handshake.
  if (socket.conn.readyState !== "closed") unjoined.add(connection);
}

export interface EndRevokedDeps extends EndDeps {
  readonly staff: StaffNamespace;
  readonly guest: GuestNamespace;
  readonly tenants: Pick<LocalTenants, "tablesOf">;
  readonly sessions: Pick<SessionSockets, "of">;
  readonly directory: Pick<TenantDirectory, "forget">;
  readonly presence: Pick<PresenceWatch, "remove">;
}

/**
 * Ends the sockets that this id of a revocation names: a session's, a table code's, those of a
 * person's former role, or, where it is the tenant's own, all of the tenant's.
 */
export function endRevoked(tenantId: string, id: string, deps: EndRevokedDeps): void {
  const isTenant = id === tenantId;
  if (isTenant) deps.directory.forget(tenantId);
  const ended = isTenant ? socketsOf(tenantId, deps) : deps.sessions.of(tenantId, id);
  const screens = ended.filter(({ data }) => data.audience === "staff") as StaffSocket[];
  for (const socket of ended) {
    const reason = isTenant ? "suspended" : endOf(socket.data, (one) => one === id);
    if (reason !== undefined)
      endSocket(socket, reason === "unauthorized" ? "revoked" : reason, deps);
  }
  if (screens.length > 0) void deps.presence.remove(tenantId, screens.map(memberOf));
}

/** All sockets of a tenant on this gateway. */
function socketsOf(tenantId: string, { staff, guest, tenants }: EndRevokedDeps): AnySocket[] {
  const { adapter, sockets } = guest;
  const guests = tenants
    .tablesOf(tenantId)
    .flatMap((id) => [...(adapter.rooms.get(rooms.table(tenantId, id)) ?? [])]);
  return [...staffOf(staff, tenantId), ...guests.flatMap((id) => sockets.get(id) ?? [])];
}
