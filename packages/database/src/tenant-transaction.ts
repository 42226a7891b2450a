import { setTimeout as sleep } from "node:timers/promises";
import { withSpan } from "@waiter/telemetry";
import type { CompiledQuery, Kysely, QueryResult } from "kysely";
import type pg from "pg";
import {
  CommitUnknownError,
  isRetryable,
  isStatementNameFailure,
  isUnavailable,
  sqlStateOf,
  UnavailableError,
  WrongServerError,
} from "./failures.ts";
import type { Schema } from "./schema.ts";
import { createKysely, refuseStream, sendQuery } from "./session-dialect.ts";
import type { SessionPool } from "./session-pool.ts";
import type { Session, Statement } from "./session.ts";
import type { StatementNames } from "./statement-names.ts";
import {
  beginParts,
  checkTenantId,
  pooledBegin,
  type TransactionLimits,
  type TransactionOptions,
} from "./transaction-limits.ts";
import {
  begin,
  beginWithFirst,
  commit,
  commitBehind,
  IgnoredFailureError,
  rollBack,
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

export type TransactionWork<T> = (tx: TenantTransaction) => Promise<T>;

/** What every transaction of a process shares. */
export interface TransactionEnvironment {
  readonly sessions: SessionPool;
  readonly names: StatementNames;
  readonly limits: TransactionLimits;
}

/** How often a transaction that failed with this error runs again. */
const retriesAfter = (error: unknown): number => {
  if (isRetryable(error)) return 3;
  // The pooler closes its connection to the wrong server together with ours.
  return error instanceof WrongServerError && error.isBehindPooler ? 6 : 0;
};

/**
 * Runs `fn` in one transaction of one tenant and commits it; resolves only after COMMIT.
 *
 * `fn` may run several times (serialization failures and deadlocks are retried three times, a
 * refused statement name once, a pooler's connection to a wrong server six times): it must do
 * nothing but database work. Statements that `fn` starts without waiting for each other are sent
 * together, the first ones together with BEGIN; COMMIT is sent only after all of them succeeded.
 *
 * Throws {@link UnavailableError} when the database cannot be reached, does not answer, or a lock
 * is not released in time; {@link CommitUnknownError} when the connection broke during COMMIT;
 * otherwise what `fn` threw, after ROLLBACK. In a trace the transaction is one span, retries
 * included.
 */
export async function inTenant<T>(
  environment: TransactionEnvironment,
  tenantId: string,
  fn: TransactionWork<T>,
  options: TransactionOptions = {},
): Promise<T> {
  checkTenantId(tenantId);
  const attributes = {
    "db.system.name": "postgresql",
    "waiter.read_only": options.readOnly ?? false,
  };
  return await withSpan("db transaction", { kind: "client", insideOnly: true, attributes }, () =>
    runUntilDone(environment, tenantId, fn, options),
  );
}

async function runUntilDone<T>(
  environment: TransactionEnvironment,
  tenantId: string,
  fn: TransactionWork<T>,
  options: TransactionOptions,
): Promise<T> {
  for (let attempt = 0; ;) {
    const { enabled } = environment.names;
    try {
      return await runOnce(environment, tenantId, fn, options);
    } catch (error) {
      if (enabled && isStatementNameFailure(error)) {
        environment.names.disable(error);
      } else if (attempt < retriesAfter(error)) {
        await sleep(2 ** attempt * 10 * (0.5 + Math.random()));
        attempt += 1;
      } else if (isUnavailable(error)) {
        environment.sessions.note(error);
        throw new UnavailableError(error);
      } else throw error;
    }
  }
}

async function runOnce<T>(
  { sessions, names, limits }: TransactionEnvironment,
  tenantId: string,
  fn: TransactionWork<T>,
  options: TransactionOptions,
): Promise<T> {
  const { session, release } = await sessions.acquire(tenantId);
  try {
    const { begun, run } = session.isPooled
      ? {
          begun: begin(session, pooledBegin(session.majorVersion, tenantId, options, limits)),
          run: (statement: Statement) => session.run(statement),
        }
      : beginWithFirst(session, beginParts(tenantId, options, names.enabled));
    const work = openWork({ session, names, tenantId, begun, run });
    try {
      const [started, outcome] = await Promise.allSettled([begun, call(fn, work.tx)]);
      if (started.status === "rejected") throw started.reason;
      if (outcome.status === "rejected") throw outcome.reason;
      if (!work.isOver()) {
        await work.finish();
        await commit(session);
      }
      return outcome.value;
    } catch (error) {
      const over = work.isOver();
      work.close();
      if (!over && !(error instanceof CommitUnknownError) && !session.isUnusable)
        await rollBack(session);
      throw error;
    }
  } finally {
    release();
  }
}

/** Turns a synchronous throw into a rejection. */
const call = async <T>(fn: TransactionWork<T>, tx: TenantTransaction): Promise<T> => await fn(tx);

/**
 * Awaits a statement and the COMMIT that was sent behind it. A failed statement that the server
 * reported is not committed; without its answer the transaction may be committed or not.
 */
async function settle({ answer, committed }: Ending): Promise<pg.QueryResult> {
  const [result, end] = await Promise.allSettled([answer, committed]);
  if (result.status === "fulfilled") {
    if (end.status === "rejected") throw end.reason;
    return result.value;
  }
  const { reason } = result as { reason: unknown };
  throw sqlStateOf(reason) === undefined ? new CommitUnknownError(reason) : reason;
}

interface Work {
  readonly tx: TenantTransaction;
  /** Waits for every statement sent so far; throws when one failed. Ends the transaction's use. */
  finish(): Promise<void>;
  /** Refuses further statements: the session may soon serve another tenant. */
  close(): void;
  /** COMMIT was sent behind the last statement. */
  isOver(): boolean;
}

interface OpenTransaction {
  readonly session: Session;
  readonly names: StatementNames;
  readonly tenantId: string;
  /** Fulfilled once the server has answered BEGIN. */
  readonly begun: Promise<void>;
  readonly run: RunStatement;
}

/** Kysely over the session of this transaction, until the transaction ends. */
function openWork({ session, names, tenantId, begun, run }: OpenTransaction): Work {
  const pending = new Set<Promise<unknown>>();
  let failure: { readonly cause: unknown } | undefined;
  let closed = false;
  /** Set while the next statement is the last: COMMIT goes behind it. */
  let isLast = false;
  let isOver = false;
  const runLast: RunStatement = async (statement) => {
    const ending = commitBehind(session, statement, names.enabled);
    isOver = true;
    try {
      return await settle(ending);
    } catch (error) {
      if (ending.isOneUnit && error instanceof CommitUnknownError) session.discard();
      else if (ending.isOneUnit) isOver = false;
      throw error;
    }
  };
  const connection = {
    executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      if (closed) throw new Error("the transaction is over");
      if (isLast) {
        closed = true;
        return await sendQuery<Row>(runLast, names, query);
      }
      const sent = sendQuery<Row>(run, names, query);
      pending.add(sent);
      try {
        return await sent;
      } catch (error) {
        failure ??= { cause: error };
        throw error;
      } finally {
        pending.delete(sent);
      }
    },
    streamQuery: refuseStream,
    release: () => undefined,
  };
  const db = createKysely<Schema>(() => Promise.resolve(connection));
  const settled = async (): Promise<void> => {
    while (pending.size > 0) await Promise.allSettled(pending);
    if (failure !== undefined) throw new IgnoredFailureError(failure.cause);
  };
  const commitWith: TenantTransaction["commitWith"] = async (last) => {
    await begun;
    await settled();
    session.refuseUnusable();
    isLast = true;
    return await last();
  };
  return {
    tx: Object.assign(db, { tenantId, commitWith, send: connection.executeQuery }),
    finish: async () => {
      await settled();
      closed = true;
    },
    isOver: () => isOver,
    close: () => {
      closed = true;
    },
  };
}
