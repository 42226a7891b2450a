import { rooms } from "@waiter/contracts";
import type { LocalTenants } from "./local-tenants.ts";
import type { GuestSocket } from "../handshake/session.ts";

export interface GuestRoomDeps {
  readonly tenants: LocalTenants;
  readonly isDegraded: () => boolean;
}

/** Adds a guest's socket to the room of its table. */
export function joinGuest(socket: GuestSocket, deps: GuestRoomDeps): void {
  void socket.join(rooms.table(socket.data.tenantId, socket.data.tableId));
  deps.tenants.add(socket);
  if (deps.isDegraded()) socket.emit("status", { degraded: true });
}
