import type { CompiledQuery, Kysely, QueryResult } from "kysely";
import type pg from "pg";
import { CommitUnknownError, sqlStateOf } from "../failures.ts";
import type { Schema } from "../schema/schema.ts";
import { createKysely, refuseStream, sendQuery } from "../sessions/session-dialect.ts";
import type { Session } from "../sessions/session.ts";
import type { Statement } from "../sessions/statement.ts";
import type { StatementNames } from "../sessions/statement-names.ts";
import {
  commitBehind,
  IgnoredFailureError,
  type Ending,
  type RunStatement,
} from "./transaction-steps.ts";

/** An open transaction that sees exactly one tenant's rows. */
export type TenantTransaction = Kysely<Schema> & {
  readonly tenantId: string;
  /**
   * Sends the transaction's last statement and COMMIT together: one round trip, and locks that the
   * statement takes are held only inside the server. `last` sends exactly one statement, and only
   * its failure undoes the transaction: a row count may say no more than that it changed nothing.
   * Statements sent before must have succeeded. Resolves after COMMIT.
   */
  commitWith<T>(last: () => Promise<T>): Promise<T>;
  /** Sends a statement that is compiled already; see `prepare-statement.ts`. */
  send<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
};

export interface OpenTransactionOptions {
  readonly session: Session;
  readonly names: StatementNames;
  readonly tenantId: string;
  /** Fulfilled once the server has answered BEGIN. */
  readonly begun: Promise<void>;
  readonly run: RunStatement;
}

/**
 * One transaction of a session, as Kysely uses it.
 *
 * Statements are sent while it is open. `commitWith` makes the next one the last: COMMIT goes
 * behind it, and the transaction is over. `finish` waits for all statements, for a COMMIT by
 * itself. After either of them, and after `close`, every statement is refused.
 */
export class OpenTransaction {
  readonly tx: TenantTransaction;
  readonly #options: OpenTransactionOptions;
  readonly #pending = new Set<Promise<unknown>>();
  /** Of the first statement that failed. */
  #failure: { readonly cause: unknown } | undefined;
  #isClosed = false;
  #isNextLast = false;
  #isOver = false;

  constructor(options: OpenTransactionOptions) {
    this.#options = options;
    const send = <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => this.#send<Row>(query);
    const db = createKysely<Schema>(() =>
      Promise.resolve({
        executeQuery: send,
        streamQuery: refuseStream,
        release: () => undefined,
      }),
    );
    const commitWith: TenantTransaction["commitWith"] = (last) => this.#commitWith(last);
    this.tx = Object.assign(db, { tenantId: options.tenantId, commitWith, send });
  }

  /** COMMIT was sent behind the last statement, and did not fail with it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Waits for every statement sent so far; throws when one failed. Ends the transaction's use. */
  async finish(): Promise<void> {
    await this.#settled();
    this.#isClosed = true;
  }

  /** Refuses further statements: the session may soon serve another tenant. */
  close(): void {
    this.#isClosed = true;
  }

  async #send<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isClosed) throw new Error("the transaction is over");
    const { names, run } = this.#options;
    if (this.#isNextLast) {
      this.#isClosed = true;
      return await sendQuery<Row>((statement) => this.#runLast(statement), names, query);
    }
    const sent = sendQuery<Row>(run, names, query);
    this.#pending.add(sent);
    try {
      return await sent;
    } catch (error) {
      this.#failure ??= { cause: error };
      throw error;
    } finally {
      this.#pending.delete(sent);
    }
  }

  async #commitWith<T>(last: () => Promise<T>): Promise<T> {
    await this.#options.begun;
    await this.#settled();
    this.#options.session.refuseUnusable();
    this.#isNextLast = true;
    return await last();
  }

  async #runLast(statement: Statement): Promise<pg.QueryResult> {
    const { session, names } = this.#options;
    const ending = commitBehind(session, statement, names.enabled);
    this.#isOver = true;
    try {
      return await answerOf(ending);
    } catch (error) {
      if (ending.isOneUnit && error instanceof CommitUnknownError) session.discard();
      else if (ending.isOneUnit) this.#isOver = false;
      throw error;
    }
  }

  async #settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
    if (this.#failure !== undefined) throw new IgnoredFailureError(this.#failure.cause);
  }
}

/**
 * Awaits a statement and the COMMIT that was sent behind it. A failed statement that the server
 * reported is not committed; without its answer the transaction may be committed or not.
 */
async function answerOf({ answer, committed }: Ending): Promise<pg.QueryResult> {
  const [result, end] = await Promise.allSettled([answer, committed]);
  if (result.status === "fulfilled") {
    if (end.status === "rejected") throw end.reason;
    return result.value;
  }
  const { reason } = result as { reason: unknown };
  throw sqlStateOf(reason) === undefined ? new CommitUnknownError(reason) : reason;
}
