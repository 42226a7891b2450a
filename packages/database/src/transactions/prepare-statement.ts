import { type CompiledQuery, type Kysely, type QueryResult, type RawBuilder, sql } from "kysely";
import type { Schema } from "../schema/schema.ts";
import { createKysely } from "../sessions/session-dialect.ts";
import type { TenantTransaction } from "./tenant-transaction.ts";

/** Stands for a parameter's value while the statement is compiled. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A parameter of the statement, by name. */
export type Param<Params> = (name: keyof Params & string) => RawBuilder<unknown>;

/** A tenant's transaction, or a database that runs statements by themselves. */
export type StatementRunner = Pick<TenantTransaction, "send"> | Pick<Kysely<never>, "executeQuery">;

export interface PreparedStatement<Params, Row> {
  /** Runs the statement and returns its rows. */
  readonly run: (runner: StatementRunner, params: Params) => Promise<Row[]>;
}

/**
 * A statement whose text is built once, at its first use: building it costs more than sending it.
 * `build` must not decide on values; it gets each of them as a parameter. A value is sent once,
 * however often the text names it: Postgres takes its type from the first place.
 */
export function prepareStatement<Params extends object, Row>(
  build: (param: Param<Params>) => RawBuilder<Row>,
): PreparedStatement<Params, Row> {
  let prepared: { readonly query: CompiledQuery<Row>; readonly names: readonly string[] };
  const compile = (): typeof prepared => {
    const query = build((name) => sql`${new Placeholder(name)}`).compile(compiler);
    const all = query.parameters.map((value) => {
      if (value instanceof Placeholder) return value.name;
      throw new TypeError("a prepared statement takes each value as a parameter");
    });
    const names = [...new Set(all)];
    const text = query.sql.replaceAll(
      /\$(\d+)/g,
      (_, nth: string) => `$${names.indexOf(all[Number(nth) - 1] ?? "") + 1}`,
    );
    return { query: { ...query, sql: text }, names };
  };
  return {
    run: async (runner, params) => {
      const { query, names } = (prepared ??= compile());
      const parameters = names.map((name) => (params as Record<string, unknown>)[name]);
      return (await send<Row>(runner, { ...query, parameters })).rows;
    },
  };
}

const send = <Row>(runner: StatementRunner, query: CompiledQuery<Row>): Promise<QueryResult<Row>> =>
  "send" in runner ? runner.send<Row>(query) : runner.executeQuery<Row>(query);

const compiler = createKysely<Schema>(() =>
  Promise.reject(new Error("this connection only compiles statements")),
);
