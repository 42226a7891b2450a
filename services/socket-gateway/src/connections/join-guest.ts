import { rooms, type StatusMessage } from "@waiter/contracts";
import type { GuestChanges } from "../changes/guest-changes.ts";
import type { GuestSocket } from "../handshake/session.ts";
import type { PresenceWatch } from "../presence/presence-watch.ts";
import type { StaffOnline } from "../presence/staff-online.ts";
import type { LocalTenants } from "./local-tenants.ts";

export interface GuestRoomDeps {
  readonly tenants: LocalTenants;
  readonly changes: GuestChanges;
  readonly presence: Pick<PresenceWatch, "look">;
  readonly staffOnline: StaffOnline;
  readonly statusOf: (tenantId: string) => StatusMessage;
}

/**
 * Adds a guest's socket to the room of its table, sends it the state of the path, and compares the
 * table with what the guest knows.
 */
export async function joinGuest(socket: GuestSocket, deps: GuestRoomDeps): Promise<void> {
  const { tenantId, tableId, position } = socket.data;
  void socket.join(rooms.table(tenantId, tableId));
  socket.data.position = undefined;
  const isFirst = deps.tenants.add(socket);
  const status = deps.statusOf(tenantId);
  // The look tells all guests of the tenant.
  if (isFirst) void deps.presence.look(tenantId);
  const isNews = status.degraded || status.api === false;
  if (isNews || (!isFirst && position === undefined)) socket.emit("status", status);
  if (position !== undefined) await deps.changes.comparison.join(socket, position);
}

export function leaveGuest(
  socket: GuestSocket,
  { tenants, changes, staffOnline }: Pick<GuestRoomDeps, "tenants" | "changes" | "staffOnline">,
): void {
  if (!tenants.remove(socket)) return;
  changes.forget(socket.data.tenantId);
  staffOnline.forget(socket.data.tenantId);
}
