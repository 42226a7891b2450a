import type { Audience, Role } from "@waiter/contracts";

/** For so long duty that was used once decides, ms: 14 days. */
export const dutyMemoryMs = 14 * 86_400_000;

export interface Place {
  readonly id: string;
  readonly zoneId?: string | null | undefined;
}

/** What decides who is addressed. Boards have it from events, the worker from the database. */
export interface Floor {
  /** Active people and screens. */
  readonly staff: readonly { readonly id: string; readonly role: Role }[];
  readonly duty: readonly {
    readonly staffId: string;
    readonly tables: "all" | readonly string[];
    readonly zones: readonly string[];
  }[];
  /** Whether a person was on duty within the last {@link dutyMemoryMs}. */
  readonly dutyUsed: boolean;
  /** The tables; those of the request's zone suffice. */
  readonly tables: readonly Place[];
}

/**
 * The ids of the people whom a request at `table` addresses, sorted. Screens are no people.
 *
 * - `everyone`: the active people on duty.
 * - `zone`: those of them who have any table of the table's zone; without a zone, `everyone`.
 * - `assigned`: those who have the table or its zone; if no person has, `everyone`.
 * - `managers`: owners and managers on duty, else all active ones.
 *
 * No person on duty: `managers` when duty was used lately, else all active people count as on duty.
 */
export function addressed(audience: Audience, table: Place, floor: Floor): string[] {
  const people = floor.staff.filter(({ role }) => role !== "screen");
  const active = new Set(people.map(({ id }) => id));
  const duty = floor.duty.filter(({ staffId }) => active.has(staffId));
  const managers = people.filter(({ role }) => role === "owner" || role === "manager");
  const ids = (of: readonly { readonly id: string }[]): string[] => of.map(({ id }) => id).sort();
  if (duty.length === 0) return ids(floor.dutyUsed || audience === "managers" ? managers : people);

  const everyone = [...new Set(duty.map(({ staffId }) => staffId))].sort();
  const having = (tables: readonly string[], zone: string | null | undefined): string[] => {
    const wanted = new Set(tables);
    const has = ({ tables: own, zones }: Floor["duty"][number]): boolean =>
      own === "all" ||
      (typeof zone === "string" && zones.includes(zone)) ||
      own.some((id) => wanted.has(id));
    return [...new Set(duty.filter(has).map(({ staffId }) => staffId))].sort();
  };
  switch (audience) {
    case "everyone":
      return everyone;
    case "zone": {
      if (typeof table.zoneId !== "string") return everyone;
      const inZone = floor.tables.filter(({ zoneId }) => zoneId === table.zoneId);
      return having([table.id, ...inZone.map(({ id }) => id)], table.zoneId);
    }
    case "assigned": {
      const assigned = having([table.id], table.zoneId);
      return assigned.length > 0 ? assigned : everyone;
    }
    case "managers": {
      const onDuty = new Set(everyone);
      const present = managers.filter(({ id }) => onDuty.has(id));
      return ids(present.length > 0 ? present : managers);
    }
  }
}
