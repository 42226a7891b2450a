import type { Table, Zone } from "@waiter/contracts";
import type { DutyChoice } from "./duty-choice.ts";

export interface Places {
  readonly tables: readonly Table[];
  readonly zones: readonly Zone[];
  readonly everything: string;
  readonly isolate: (text: string) => string;
  readonly comma: string;
}

/** What a person has, as "Terrace, 4, 5". */
export function dutyWords({ tables, zones }: DutyChoice, places: Places): string {
  if (tables === "all") return places.everything;
  const names = [
    ...places.zones.filter(({ id }) => zones.includes(id)).map(({ name }) => name),
    ...places.tables.filter(({ id }) => tables.includes(id)).map(({ label }) => label),
  ];
  return names.map(places.isolate).join(places.comma);
}
