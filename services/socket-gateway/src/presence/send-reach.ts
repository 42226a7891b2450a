import { rooms, type StaffReach, type StatusMessage, type TenantReach } from "@waiter/contracts";
import type { GuestNamespace } from "../handshake/session.ts";

/**
 * Sends the status to the tenant's guests on this gateway: one frame, or one for each way where the
 * tables differ.
 */
export function sendReach(
  guest: GuestNamespace,
  { tenantId, tables }: { readonly tenantId: string; readonly tables: readonly string[] },
  status: StatusMessage,
  answer?: TenantReach,
): void {
  const own = new Map(answer?.tables.map(({ table, reach }) => [table, reach]));
  const reachOf = (table: string): StaffReach | undefined => own.get(table) ?? answer?.reach;
  for (const [reach, ids] of Map.groupBy(tables, reachOf))
    guest.local
      .to(ids.map((id) => rooms.table(tenantId, id)))
      .emit("status", { ...status, ...(reach !== undefined && { reach }) });
}
