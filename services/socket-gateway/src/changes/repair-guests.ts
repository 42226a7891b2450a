import { inSlices, inTurns, nextTurn } from "@waiter/lifecycle";
import { rooms, type Head, type ResyncMessage } from "@waiter/contracts";
import type { ChangedTables } from "./changed-tables.ts";
import type { DeliveredPositions } from "../heads/delivered-positions.ts";

/** Attempts while the api does not answer, with growing pauses. */
const attempts = 6;
/** Tables that get the message in one turn of the event loop; tenants that the api is asked for at once. */
const [tablesPerTurn, tenantsAtOnce] = [50, 500];

/** The tenants and tables that have guests on this gateway. */
export interface LocalTables {
  readonly withGuests: () => Iterable<string>;
  readonly tablesOf: (tenantId: string) => string[];
}
export interface NamingOptions {
  readonly tenants: Pick<LocalTables, "tablesOf">;
  readonly changed: Pick<ChangedTables, "after">;
  /** Sends to the local guests of these rooms. */
  readonly resync: (tableRooms: readonly string[], message: ResyncMessage) => void;
  readonly withinMs: number;
}
export interface RepairOptions extends NamingOptions {
  readonly tenants: LocalTables;
  readonly positions: Pick<DeliveredPositions, "snapshot">;
  readonly pauseMs?: number;
}

/**
 * After an interruption of Redis messages to guests may be missing. The gateway asks the api once
 * per tenant which tables changed since the position before it; their guests compare. All others
 * compare only with something open or unsent. The positions are those at the call: while it runs,
 * heads are noted again. Its work begins in the next turn of the event loop. Never rejects.
 */
export async function repairGuests(options: RepairOptions): Promise<void> {
  const { tenants, positions, resync, withinMs, pauseMs = 5_000 } = options;
  using before = positions.snapshot();
  await nextTurn();
  await inTurns(tableRooms(tenants.withGuests(), tenants), tablesPerTurn, (slice) =>
    resync(slice, { withinMs }),
  );
  let waiting = tenants.withGuests();
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt).unref());
    const unrepaired: string[] = [];
    await inSlices(waiting, tenantsAtOnce, async (tenantId) => {
      if (!(await nameTables(tenantId, before.get(tenantId), options))) unrepaired.push(tenantId);
    });
    if (unrepaired.length === 0) return;
    waiting = unrepaired;
  }
}

/** Rooms of these tenants' tables, made as they are needed. */
export function* tableRooms(
  tenantIds: Iterable<string>,
  tenants: Pick<LocalTables, "tablesOf">,
): Generator<string> {
  for (const tenantId of tenantIds)
    for (const tableId of tenants.tablesOf(tenantId)) yield rooms.table(tenantId, tableId);
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
