import type { Duty } from "@waiter/contracts";

/** The tables and zones that a person has while on duty. */
export interface DutyChoice {
  readonly tables: "all" | readonly string[];
  readonly zones: readonly string[];
}

/** The places that exist; a retired table stays in the duty of the person who had it. */
export interface KnownPlaces {
  readonly tables: readonly { readonly id: string }[];
  readonly zones: readonly { readonly id: string }[];
}

/** A duty for no table and no zone, which the api refuses. */
export const isEmptyChoice = ({ tables, zones }: DutyChoice): boolean =>
  tables !== "all" && tables.length + zones.length === 0;

/** What is left of a choice, without places that no longer exist: the api refuses those. */
export function knownChoice(choice: DutyChoice, places: KnownPlaces): DutyChoice {
  if (choice.tables === "all") return choice;
  const known = (ids: readonly string[], of: readonly { readonly id: string }[]): string[] =>
    ids.filter((each) => of.some(({ id }) => id === each));
  return { tables: known(choice.tables, places.tables), zones: known(choice.zones, places.zones) };
}

/** What both have: a person who takes over keeps the own tables. */
export function joinChoices(mine: Duty | undefined, other: Duty): DutyChoice {
  if (other.tables === "all" || mine?.tables === "all") return { tables: "all", zones: [] };
  return {
    tables: [...new Set([...(mine?.tables ?? []), ...other.tables])],
    zones: [...new Set([...(mine?.zones ?? []), ...other.zones])],
  };
}
