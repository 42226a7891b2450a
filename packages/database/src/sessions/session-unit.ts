import type pg from "pg";
import {
  createQuery,
  InternalQuery,
  traced,
  withoutSync,
  type InternalConnection,
  type RowShapes,
  type SessionQuery,
} from "./session-query.ts";
import type { Statement } from "./statement.ts";

/** Several statements with one Sync, as one query of pg's. */
class SessionUnit extends InternalQuery {
  readonly #parts: readonly SessionQuery[];
  /** The part that Postgres answers next. */
  #current = 0;

  constructor(parts: readonly SessionQuery[]) {
    super("", [], () => undefined);
    this.#parts = parts;
    this.#nameCurrent();
  }

  override submit(connection: InternalConnection): null {
    let refusal: Error | undefined;
    for (const part of this.#parts) {
      part._result._types = this._result._types;
      // pg could not write a value: nothing behind it may take effect.
      if (refusal === undefined) refusal = part.prepareAsPart(withoutSync(connection));
      else part.handleError(refusal, connection);
    }
    connection.sync();
    return null;
  }

  override handleRowDescription(message: object): void {
    this.#parts[this.#current]?.handleRowDescription(message);
  }

  override handleDataRow(message: object): void {
    this.#parts[this.#current]?.handleDataRow(message);
  }

  override handleCommandComplete(message: object, connection: InternalConnection): void {
    this.#parts[this.#current]?.handleCommandComplete(message, connection);
    this.#current += 1;
    this.#nameCurrent();
  }

  override handleReadyForQuery(connection: InternalConnection): void {
    for (const part of this.#parts) part.handleReadyForQuery(connection);
  }

  /** Fails the part that Postgres works on and those that it skips. */
  override handleError(error: Error, connection: InternalConnection): void {
    for (const part of this.#parts.slice(0, this.#current)) part.handleReadyForQuery(connection);
    for (const part of this.#parts.slice(this.#current)) {
      if (part.name !== undefined) delete connection.submittedNamedStatements[part.name];
      part.handleError(error, connection);
    }
  }

  /** pg notes the name and the text of what Postgres says to have parsed. */
  #nameCurrent(): void {
    const part = this.#parts[this.#current];
    this.name = part?.name;
    this.text = part?.text ?? "";
  }
}

/**
 * Sends statements with one Sync: Postgres answers all of them together, and after a failure it
 * skips those behind. Their answers, in order; a skipped statement fails with the error before it.
 */
export function sendTogether(
  client: pg.Client,
  statements: readonly Statement[],
  shapes: RowShapes,
): Promise<pg.QueryResult>[] {
  const parts = statements.map((statement) => createQuery(statement, shapes));
  const unit = new SessionUnit(parts.map(({ query }) => query));
  client.query(unit as unknown as pg.Submittable);
  return parts.map(({ answer }) => traced(answer));
}
