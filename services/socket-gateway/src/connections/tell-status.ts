import { rooms, type StatusMessage } from "@waiter/contracts";
import { inTurns } from "@waiter/lifecycle";
import { tableRooms } from "../changes/repair-guests.ts";
import type { GuestNamespace, StaffNamespace } from "../handshake/session.ts";
import type { LocalTenants } from "./local-tenants.ts";

export interface StatusTellerOptions {
  readonly staff: Pick<StaffNamespace, "local">;
  readonly guest: Pick<GuestNamespace, "local">;
  readonly tenants: Pick<LocalTenants, "withStaff" | "withGuests" | "tablesOf">;
  readonly statusOf: () => StatusMessage;
}

/** Rooms that get the state in one turn of the event loop: a few milliseconds. */
const roomsPerTurn = 50;

/**
 * Makes the function that sends the state of the path to all sockets of this gateway: boards first,
 * a slice of rooms per turn. Each slice gets the state as it is then; a later call ends the one
 * before it.
 */
export function statusTeller({
  staff,
  guest,
  tenants,
  statusOf,
}: StatusTellerOptions): () => Promise<void> {
  let latest = 0;
  return async () => {
    const own = (latest += 1);
    await inTurns(tenants.withStaff().map(rooms.staff), roomsPerTurn, (slice) => {
      if (own !== latest) return false;
      return staff.local.to([...slice]).emit("status", statusOf());
    });
    const tables = tableRooms(own === latest ? tenants.withGuests() : [], tenants);
    await inTurns(tables, roomsPerTurn, (slice) => {
      if (own !== latest) return false;
      return guest.local.to([...slice]).emit("status", statusOf());
    });
  };
}
