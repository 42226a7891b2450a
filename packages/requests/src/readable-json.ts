import { sql, type RawBuilder } from "kysely";

/**
 * A stored text as JSON that Postgres can read: half a surrogate pair, which an api of release 0.2
 * lets into a text as an escape, becomes another character.
 */
export const readableJson = (column: "envelope" | "body"): RawBuilder<unknown> =>
  sql`replace(${sql.ref(column)}, ${sql.lit("\\ud")}, ${sql.lit("\\u2")})::json`;
