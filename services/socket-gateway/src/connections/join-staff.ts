import { rooms, serverSideEvents, type StatusMessage } from "@waiter/contracts";
import { revokedForMs } from "@waiter/live-state";
import { z } from "zod";
import type { RevokedSessions } from "../handshake/revoked-sessions.ts";
import type { LocalTenants } from "./local-tenants.ts";
import type { PresenceWatch } from "../presence/presence-watch.ts";
import type { TenantHeads } from "../heads/tenant-heads.ts";
import type { StaffNamespace, StaffSocket } from "../handshake/session.ts";

export interface StaffRoomDeps {
  readonly tenants: LocalTenants;
  readonly presence: PresenceWatch;
  readonly heads: TenantHeads;
  readonly askHead: (tenantId: string) => Promise<void>;
  readonly statusOf: () => StatusMessage;
}

/** Member of the presence set: person and socket. */
export const memberOf = (socket: StaffSocket): string => `${socket.data.staffId}:${socket.id}`;

/** Adds a staff socket to its tenant's room and sends it status and presence. */
export async function joinStaff(socket: StaffSocket, deps: StaffRoomDeps): Promise<void> {
  const { tenantId } = socket.data;
  void socket.join(rooms.staff(tenantId));
  if (deps.tenants.add(socket)) void deps.askHead(tenantId);
  const status = deps.statusOf();
  if (status.degraded || status.api === false) socket.emit("status", status);
  const presence = await deps.presence.join(tenantId, memberOf(socket));
  if (presence !== undefined && socket.connected) socket.emit("presence", presence);
}

export function leaveStaff(socket: StaffSocket, deps: StaffRoomDeps): void {
  const { tenantId } = socket.data;
  if (deps.tenants.remove(socket)) deps.heads.forget(tenantId);
  deps.presence.leave(tenantId, memberOf(socket));
}

/** Local staff sockets of a tenant. */
export function staffOf(namespace: StaffNamespace, tenantId: string): StaffSocket[] {
  const ids = namespace.adapter.rooms.get(rooms.staff(tenantId)) ?? new Set<string>();
  return [...ids].flatMap((id) => namespace.sockets.get(id) ?? []);
}

const announcement = z.looseObject({ tenantId: z.string(), sid: z.string() });

/**
 * Applies revocations that an api of the release before announces: to every gateway, by
 * serverSideEmit. Later ones use the tenant's channel too.
 */
export function hearRevocations(namespace: StaffNamespace, revoked: RevokedSessions): void {
  namespace.on(serverSideEvents.sessionRevoked, (message: unknown) => {
    const parsed = announcement.safeParse(message);
    if (parsed.success) revoked.add(parsed.data.tenantId, [parsed.data.sid], revokedForMs);
  });
}
