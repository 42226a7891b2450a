import type { Duty, Request, StaffMember, Table } from "@waiter/contracts";
import { addressed } from "@waiter/escalation";

/** What a board knows of the restaurant. */
export interface KnownFloor {
  readonly staff: readonly StaffMember[];
  readonly duty: readonly Duty[];
  readonly tables: readonly Table[];
  /** A person was on duty lately; absent from an api of a release before 0.2. */
  readonly dutyUsed: boolean | undefined;
}

/**
 * The waiting requests that ring on a device: those that address its person, by the same function
 * as the worker's. The others are visible and quiet. A screen rings for everything.
 */
export function ringingFor(
  me: Pick<StaffMember, "id" | "role"> | undefined,
  waiting: readonly Request[],
  { staff, duty, tables, dutyUsed }: KnownFloor,
): readonly Request[] {
  if (me === undefined || me.role === "screen" || dutyUsed === undefined) return waiting;
  const floor = {
    staff,
    duty: duty.map((one) => ({ ...one, staffId: one.staff.id })),
    dutyUsed,
    tables,
  };
  return waiting.filter(({ audience, table }) => {
    if (audience === undefined) return true;
    const place = tables.find(({ id }) => id === table.id) ?? table;
    return addressed(audience, place, floor).includes(me.id);
  });
}
