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
  name: string;
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
 * A named statement that asks Postgres once per session how its rows look.
 *
 * pg asks at each execution. The answer cannot change: Postgres refuses a prepared statement whose
 * result has other columns than at its preparation (0A000), see `isStatementNameFailure`. A pooler
 * may prepare the statement again on another server, so `shapes` must not be kept behind one.
 */
class NamedQuery extends InternalQuery {
  readonly #shapes: RowShapes;

  constructor({ text, values, name }: NamedStatement, shapes: RowShapes, callback: Callback) {
    super(text, values ?? [], callback);
    this.name = name;
    this.#shapes = shapes;
  }

  override prepare(connection: object): void {
    const shape = this.#shapes.get(this.name);
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
    this.#shapes.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

export type NamedStatement = Statement & { readonly name: string };

/**
 * Sends a named statement; `shapes` are of the same session. Rejects as `pg.Client.query`: the
 * error's stack leads to the caller.
 */
export async function sendNamed<Row extends pg.QueryResultRow>(
  client: pg.Client,
  statement: NamedStatement,
  shapes: RowShapes,
): Promise<pg.QueryResult<Row>> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
  const query = new NamedQuery(statement, shapes, (error, result) =>
    error ? reject(error) : resolve(result),
  );
  client.query(query as unknown as pg.Submittable);
  try {
    return await promise;
  } catch (error) {
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
