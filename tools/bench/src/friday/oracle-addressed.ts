/**
 * Whom a request addresses, written from the product's description alone and apart from its code: a
 * set is filtered person by person, by the question "does this person hear it?".
 */
export interface OracleDuty {
  readonly tables: "all" | readonly string[];
  readonly zones: readonly string[];
}
export interface OracleFloor {
  readonly people: readonly { readonly id: string; readonly role: string }[];
  readonly duty: ReadonlyMap<string, OracleDuty>;
  /** A person was on duty before. */
  readonly dutyUsed: boolean;
  /** Table -> zone. */
  readonly zoneOf: ReadonlyMap<string, string | undefined>;
}

export function hears(audience: string, tableId: string, floor: OracleFloor): Set<string> {
  const { people, duty, dutyUsed, zoneOf } = floor;
  const zone = zoneOf.get(tableId);
  const isManager = (role: string): boolean => role !== "waiter";
  const answers = (question: (one: OracleDuty | undefined, role: string) => boolean): Set<string> =>
    new Set(people.filter(({ id, role }) => question(duty.get(id), role)).map(({ id }) => id));

  if (duty.size === 0)
    return answers((_, role) => (dutyUsed || audience === "managers" ? isManager(role) : true));
  const everyone = answers((one) => one !== undefined);
  if (audience === "everyone") return everyone;
  if (audience === "managers") {
    const here = answers((one, role) => one !== undefined && isManager(role));
    return here.size > 0 ? here : answers((_, role) => isManager(role));
  }
  if (audience === "zone") {
    if (zone === undefined) return everyone;
    return answers(
      (one) =>
        one !== undefined &&
        (one.tables === "all" ||
          one.zones.includes(zone) ||
          one.tables.some((id) => zoneOf.get(id) === zone)),
    );
  }
  const own = answers(
    (one) =>
      one !== undefined &&
      (one.tables === "all" ||
        one.tables.includes(tableId) ||
        (zone !== undefined && one.zones.includes(zone))),
  );
  return own.size > 0 ? own : everyone;
}
