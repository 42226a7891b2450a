import type { Param } from "@waiter/database";
import type { RawBuilder } from "kysely";

/** A command's first statement in the parts that the lookup takes in. */
export interface FirstStatement<Found extends { readonly id: string }> {
  /** CTEs that `select` reads. */
  readonly ctes?: (param: Param<Record<string, unknown>>) => RawBuilder<unknown>;
  /** At most one row. It must have no column of the lookup's or of a guard's. */
  readonly select: (param: Param<Record<string, unknown>>) => RawBuilder<Found>;
}
/** A command's first statement and its values. */
export interface First<Found extends { readonly id: string }> {
  readonly statement: FirstStatement<Found>;
  readonly params: object;
}
