import pg from "pg";
import type { Statement } from "./session.ts";

/** What pg makes of a description of rows. */
interface RowShape {
  readonly fields: readonly unknown[];
  readonly _parsers: readonly unknown[] | undefined;
  readonly _prebuiltEmptyResultObject: object | null;
}
/** How the rows of a session's statements look, by statement name. */
export type RowShapes = Map<string, RowShape>;

type Callback = (error: Error | null | undefined, result: pg.QueryResult) => void;

/** The members of pg's Query that its types lack. */
interface InternalQuery {
  name: string | undefined;
  readonly _result: RowShape;
  _accumulateRows?: boolean;
  prepare(connection: object): void;
  handleRowDescription(message: object): void;
}
const InternalQuery = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  callback: Callback,
) => InternalQuery;

/**
 * A statement that asks Postgres once per session, if it has a name, how its rows look.
 *
 * pg asks at each execution. The answer cannot change: Postgres refuses a prepared statement whose
 * result has other columns than at its preparation (0A000), see `isStatementNameFailure`.
 */
class SessionQuery extends InternalQuery {
  readonly #shapes: RowShapes | undefined;

  constructor({ text, values, name }: Statement, shapes: RowShapes, callback: Callback) {
    super(text, values ?? [], callback);
    this.name = name;
    this.#shapes = name === undefined ? undefined : shapes;
  }

  override prepare(connection: object): void {
    const shape = this.#shapes?.get(this.name ?? "");
    if (shape === undefined) {
      super.prepare(connection);
      return;
    }
    Object.assign(this._result, shape);
    this._accumulateRows = true;
    super.prepare(withoutDescribe(connection));
  }

  override handleRowDescription(message: object): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.#shapes?.set(this.name ?? "", { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

/**
 * Sends a statement as `pg.Client.query` does. Each session has `shapes` of its own; behind a
 * pooler each statement gets new ones, since it may be prepared again on another server.
 *
 * pg itself would set the callback of a query after it is made, and once more for a time-out. With
 * that, each scavenge of V8 kept much of what finished statements had allocated.
 */
export async function sendQuery<Row extends pg.QueryResultRow>(
  client: pg.Client,
  statement: Statement,
  shapes: RowShapes,
): Promise<pg.QueryResult<Row>> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
  const query = new SessionQuery(statement, shapes, (error, result) =>
    error ? reject(error) : resolve(result),
  );
  client.query(query as unknown as pg.Submittable);
  try {
    return await promise;
  } catch (error) {
    // The stack leads to the caller, not to the socket.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

const quiet = new WeakMap<object, object>();
/** The same connection, which sends no Describe. */
function withoutDescribe(connection: object): object {
  const known = quiet.get(connection);
  if (known !== undefined) return known;
  const created = Object.create(connection, { describe: { value: () => undefined } }) as object;
  quiet.set(connection, created);
  return created;
}
