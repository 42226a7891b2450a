import pg from "pg";
import type { Statement } from "./statement.ts";

/** What pg makes of a description of rows. */
interface RowShape {
  readonly fields: readonly unknown[];
  readonly _parsers: readonly unknown[] | undefined;
  readonly _prebuiltEmptyResultObject: object | null;
}
/** How the rows of a session's statements look, by statement name. */
export type RowShapes = Map<string, RowShape>;

type Callback = (error: Error | null | undefined, result: pg.QueryResult) => void;

/** The members of pg's Connection that its types lack. */
export interface InternalConnection extends pg.Connection {
  /** Names that were sent to be parsed and are not parsed yet. */
  readonly submittedNamedStatements: Record<string, string>;
}
/** The members of pg's Query that its types lack. */
export interface InternalQuery {
  name: string | undefined;
  text: string;
  readonly _result: RowShape & { _types?: unknown };
  _accumulateRows?: boolean;
  submit(connection: InternalConnection): Error | null;
  prepare(connection: InternalConnection): void;
  handleRowDescription(message: object): void;
  handleDataRow(message: object): void;
  handleCommandComplete(message: object, connection: InternalConnection): void;
  handleReadyForQuery(connection: InternalConnection): void;
  handleError(error: Error, connection: InternalConnection): void;
}
export const InternalQuery = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  callback: Callback,
) => InternalQuery;

const noRows: RowShape = { fields: [], _parsers: undefined, _prebuiltEmptyResultObject: null };

/**
 * A statement that asks Postgres once per session, if it has a name, how its rows look.
 *
 * pg asks at each execution. The answer cannot change: Postgres refuses a prepared statement whose
 * result has other columns than at its preparation (0A000), see `isStatementNameFailure`.
 */
export class SessionQuery extends InternalQuery {
  readonly #shapes: RowShapes | undefined;
  readonly #returnsRows: boolean;
  #refusal: Error | undefined;

  constructor(
    { text, values, name, returnsRows = true }: Statement,
    shapes: RowShapes,
    callback: Callback,
  ) {
    super(text, values ?? [], callback);
    this.name = name;
    this.#shapes = name === undefined ? undefined : shapes;
    this.#returnsRows = returnsRows;
  }

  override prepare(connection: InternalConnection): void {
    const shape = this.#returnsRows ? this.#shapes?.get(this.name ?? "") : noRows;
    if (shape === undefined) {
      super.prepare(connection);
      return;
    }
    Object.assign(this._result, shape);
    this._accumulateRows = true;
    super.prepare(withoutDescribe(connection));
  }

  /** Writes the statement; returns why pg could not write one of its values. */
  prepareAsPart(connection: InternalConnection): Error | undefined {
    this.prepare(connection);
    return this.#refusal;
  }

  override handleError(error: Error, connection: InternalConnection): void {
    this.#refusal = error;
    super.handleError(error, connection);
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
  const { query, answer } = createQuery<Row>(statement, shapes);
  client.query(query as unknown as pg.Submittable);
  return await traced(answer);
}

/** A statement that is not sent yet, and its answer. */
export function createQuery<Row extends pg.QueryResultRow>(
  statement: Statement,
  shapes: RowShapes,
): { readonly query: SessionQuery; readonly answer: Promise<pg.QueryResult<Row>> } {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult<Row>>();
  const query = new SessionQuery(statement, shapes, (error, result) =>
    error ? reject(error) : resolve(result as pg.QueryResult<Row>),
  );
  return { query, answer: promise };
}

/** The stack of a failure leads to the caller, not to the socket. */
export async function traced<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** The same connection, to which a message of one kind is not sent. */
function without(
  method: "describe" | "sync",
): (connection: InternalConnection) => InternalConnection {
  const known = new WeakMap<InternalConnection, InternalConnection>();
  return (connection) => {
    const quiet =
      known.get(connection) ??
      (Object.create(connection, { [method]: { value: () => undefined } }) as InternalConnection);
    known.set(connection, quiet);
    return quiet;
  };
}
const withoutDescribe = without("describe");
/** For a statement that shares its Sync with others. */
export const withoutSync = without("sync");
