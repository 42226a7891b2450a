import type { Table, Zone } from "@waiter/client";
import type { ManageApi } from "../../shared/manage-api.ts";

/** A table as managers read it: with the address that its code carries. */
export type ManagedTable = Table & {
  readonly version: number;
  readonly guestUrl?: string;
  /** When a signed-in phone last scanned the code that is on the table. */
  readonly checkedAt?: string;
};
export interface Floor {
  readonly tables: readonly ManagedTable[];
  readonly tableOrder: number;
  readonly zones: readonly (Zone & { readonly version: number })[];
  readonly zoneOrder: number;
}

/** Every zone and every active table, in the restaurant's order. */
export async function readFloor(api: ManageApi): Promise<Floor> {
  const [tables, zones] = await Promise.all([
    api.list<ManagedTable>("tables", "/api/tables?limit=1000"),
    api.call<{ zones: Floor["zones"]; version: number }>("GET", "/api/zones"),
  ]);
  return {
    tables: tables.rows,
    tableOrder: tables.version,
    zones: zones.zones,
    zoneOrder: zones.version,
  };
}

/** Events that change it. */
export const floorEvents = ["table.", "zone."] as const;
