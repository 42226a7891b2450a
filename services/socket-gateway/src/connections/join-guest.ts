import { rooms } from "@waiter/contracts";
import type { GuestChanges } from "../changes/guest-changes.ts";
import type { LocalTenants } from "./local-tenants.ts";
import type { GuestSocket } from "../handshake/session.ts";

export interface GuestRoomDeps {
  readonly tenants: LocalTenants;
  readonly changes: GuestChanges;
  readonly isDegraded: () => boolean;
}

/** Adds a guest's socket to the room of its table, and compares the table with what it knows. */
export function joinGuest(socket: GuestSocket, deps: GuestRoomDeps): void {
  const { tenantId, tableId, position } = socket.data;
  void socket.join(rooms.table(tenantId, tableId));
  deps.tenants.add(socket);
  if (deps.isDegraded()) socket.emit("status", { degraded: true });
  socket.data.position = undefined;
  if (position !== undefined) void deps.changes.comparison.join(socket, position);
}

export function leaveGuest(socket: GuestSocket, deps: Omit<GuestRoomDeps, "isDegraded">): void {
  if (deps.tenants.remove(socket)) deps.changes.forget(socket.data.tenantId);
}
