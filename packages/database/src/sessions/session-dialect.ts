import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from "kysely";
import type pg from "pg";
import type { StatementNames } from "./statement-names.ts";
import type { Statement } from "./statement.ts";

const changing = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** A connection of Kysely's that lends its statements to a session. */
export interface KyselyConnection extends DatabaseConnection {
  release(): void;
}

/** Sends a compiled query with `run`; named if `names` has a name for its text. */
export async function sendQuery<R>(
  run: (statement: Statement) => Promise<pg.QueryResult>,
  names: StatementNames,
  { sql, parameters }: CompiledQuery,
): Promise<QueryResult<R>> {
  const { command, rowCount, rows } = await run({
    text: sql,
    values: parameters,
    // Without parameters pg uses the simple protocol, which also takes several statements.
    name: parameters.length === 0 ? undefined : names.nameOf(sql),
  });
  return {
    rows: rows as R[],
    ...(changing.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }),
  };
}

/** One for all: a compiler is a table of 90 functions, and holds nothing between two queries. */
const compiler = new PostgresQueryCompiler();

/** Kysely whose connections come from `acquire`; transactions are the caller's. */
export function createKysely<Tables>(acquire: () => Promise<KyselyConnection>): Kysely<Tables> {
  const driver: Driver = {
    init: () => Promise.resolve(),
    acquireConnection: acquire,
    releaseConnection: (connection) => {
      (connection as KyselyConnection).release();
      return Promise.resolve();
    },
    beginTransaction: refuseTransaction,
    commitTransaction: refuseTransaction,
    rollbackTransaction: refuseTransaction,
    destroy: () => Promise.resolve(),
  };
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createQueryCompiler: () => compiler,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}

function refuseTransaction(): Promise<never> {
  return Promise.reject(new Error("use Database.inTenant for transactions"));
}

/** A pipelined session cannot keep a cursor open between other statements. */
export function refuseStream(): never {
  throw new Error("streaming queries are not supported");
}
