import { setTimeout as sleep } from "node:timers/promises";
import { withSpan } from "@waiter/telemetry";
import {
  CommitUnknownError,
  isRetryable,
  isStatementNameFailure,
  isUnavailable,
  UnavailableError,
  WrongServerError,
} from "../failures.ts";
import type { SessionPool } from "../sessions/session-pool.ts";
import type { Statement } from "../sessions/statement.ts";
import type { StatementNames } from "../sessions/statement-names.ts";
import { OpenTransaction, type TenantTransaction } from "./tenant-transaction.ts";
import {
  beginParts,
  checkTenantId,
  pooledBegin,
  type TransactionLimits,
  type TransactionOptions,
} from "../sessions/transaction-limits.ts";
import { begin, beginWithFirst, commit, rollBack } from "./transaction-steps.ts";

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
    const transaction = new OpenTransaction({ session, names, tenantId, begun, run });
    try {
      const [started, outcome] = await Promise.allSettled([begun, call(fn, transaction.tx)]);
      if (started.status === "rejected") throw started.reason;
      if (outcome.status === "rejected") throw outcome.reason;
      if (!transaction.isOver) {
        await transaction.finish();
        await commit(session);
      }
      return outcome.value;
    } catch (error) {
      const { isOver } = transaction;
      transaction.close();
      if (!isOver && !(error instanceof CommitUnknownError) && !session.isUnusable)
        await rollBack(session);
      throw error;
    }
  } finally {
    release();
  }
}

/** Turns a synchronous throw into a rejection. */
const call = async <T>(fn: TransactionWork<T>, tx: TenantTransaction): Promise<T> => await fn(tx);
