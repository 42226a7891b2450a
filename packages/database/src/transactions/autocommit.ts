import type { CompiledQuery, Kysely, QueryResult } from "kysely";
import {
  CommitUnknownError,
  isStatementNameFailure,
  isUnavailable,
  WrongServerError,
} from "../failures.ts";
import { createKysely, refuseStream, sendQuery } from "../sessions/session-dialect.ts";
import type { SessionPool } from "../sessions/session-pool.ts";
import type { Session } from "../sessions/session.ts";
import type { StatementNames } from "../sessions/statement-names.ts";
import { pooledBegin, type TransactionLimits } from "../sessions/transaction-limits.ts";
import { begin, commit, rollBack } from "./transaction-steps.ts";

/** Statements outside a tenant's transaction share the pool like one tenant. */
const owner = "outside tenants";

/** Sessions to try while a pooler leads to a wrong server. */
const pooledAttempts = 6;

/**
 * Kysely for statements that are transactions of their own, each on a session of the pool.
 *
 * A result from a server that turns out to refuse writes is dropped: the query rejects with
 * {@link WrongServerError}. An error about a statement's name is retried once without names.
 * Behind a pooler each statement has its own BEGIN and COMMIT, which carry the limits and the
 * question whether the server accepts writes; on a wrong server the statement is sent again.
 */
export function createAutocommit<Tables>(
  sessions: SessionPool,
  names: StatementNames,
  limits: TransactionLimits,
): Kysely<Tables> {
  const send = async (query: CompiledQuery): Promise<QueryResult<never>> => {
    const { session, release } = await sessions.acquire(owner);
    try {
      return await (session.isPooled
        ? sendInTransaction(session, names, query, limits)
        : sendAlone(session, names, query));
    } finally {
      release();
    }
  };
  const executeQuery = async (query: CompiledQuery): Promise<QueryResult<never>> => {
    for (let attempt = 1; ; attempt += 1) {
      const { enabled } = names;
      try {
        return await send(query);
      } catch (error) {
        if (isUnavailable(error)) sessions.note(error);
        if (enabled && isStatementNameFailure(error)) names.disable(error);
        else if (!isBehindPooler(error) || attempt >= pooledAttempts) throw error;
      }
    }
  };
  const connection = { executeQuery, streamQuery: refuseStream, release: () => undefined };
  return createKysely<Tables>(() => Promise.resolve(connection));
}

const isBehindPooler = (error: unknown): boolean =>
  error instanceof WrongServerError && error.isBehindPooler;

async function sendAlone(
  session: Session,
  names: StatementNames,
  query: CompiledQuery,
): Promise<QueryResult<never>> {
  const result = await sendQuery<never>((statement) => session.run(statement), names, query);
  session.refuseWrongServer();
  return result;
}

async function sendInTransaction(
  session: Session,
  names: StatementNames,
  query: CompiledQuery,
  limits: TransactionLimits,
): Promise<QueryResult<never>> {
  const [begun, sent] = await Promise.allSettled([
    begin(session, pooledBegin(session.majorVersion, undefined, {}, limits)),
    sendQuery<never>((statement) => session.run(statement), names, query),
  ]);
  if (begun.status === "rejected" || sent.status === "rejected") {
    if (!session.isUnusable) await rollBack(session);
    throw begun.status === "rejected" ? begun.reason : (sent as PromiseRejectedResult).reason;
  }
  try {
    await commit(session);
  } catch (error) {
    throw error instanceof CommitUnknownError ? error.cause : error;
  }
  return sent.value;
}
