import { rooms, type Head, type ResyncMessage } from "@waiter/contracts";
import type { ChangedTables } from "./changed-tables.ts";
import type { DeliveredPositions } from "../heads/delivered-positions.ts";

/** Attempts while the api does not answer, with growing pauses. */
const attempts = 6;

/** The tenants and tables that have guests on this gateway. */
export interface LocalTables {
  readonly withGuests: () => string[];
  readonly tablesOf: (tenantId: string) => string[];
}
export interface NamingOptions {
  readonly tenants: Pick<LocalTables, "tablesOf">;
  readonly changed: Pick<ChangedTables, "after">;
  /** Sends to local guests: of these rooms, or to all of them without rooms. */
  readonly resync: (tableRooms: readonly string[], message: ResyncMessage) => void;
  readonly withinMs: number;
}
export interface RepairOptions extends NamingOptions {
  readonly tenants: LocalTables;
  readonly positions: Pick<DeliveredPositions, "get">;
  readonly pauseMs?: number;
}

/**
 * After an interruption of Redis messages to guests may be missing. The gateway asks the api once
 * per tenant which tables changed since the position before it; their guests compare. All others
 * compare only with something open or unsent. Never rejects.
 */
export async function repairGuests(options: RepairOptions): Promise<void> {
  const { tenants, positions, resync, withinMs, pauseMs = 5_000 } = options;
  resync([], { withinMs });
  let waiting = tenants.withGuests();
  for (let attempt = 1; waiting.length > 0 && attempt <= attempts; attempt += 1) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt).unref());
    const repaired = await Promise.all(
      waiting.map((tenantId) => nameTables(tenantId, positions.get(tenantId), options)),
    );
    waiting = waiting.filter((_, index) => repaired[index] === false);
  }
}

/**
 * Sends `resync` to the tenant's tables that changed after a position.
 * @returns false if the api did not answer.
 */
export async function nameTables(
  tenantId: string,
  since: Head | undefined,
  { tenants, changed, resync, withinMs }: NamingOptions,
): Promise<boolean> {
  if (since === undefined) return true;
  const changes = await changed.after(tenantId, since);
  if (changes === undefined) return false;
  const named = tenants.tablesOf(tenantId).filter((tableId) => changes.concern(tableId, since));
  if (named.length > 0)
    resync(
      named.map((tableId) => rooms.table(tenantId, tableId)),
      { withinMs, ...changes.head },
    );
  return true;
}
