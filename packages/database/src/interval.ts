import { sql, type RawBuilder } from "kysely";

/** SQL: a length of time, given in ms. */
export const interval = (ms: number): RawBuilder<unknown> =>
  sql`make_interval(secs => ${ms / 1_000}::float8)`;
