import type pg from "pg";
import { CommitUnknownError, isUnavailable, sqlStateOf, WrongServerError } from "../failures.ts";
import type { Session } from "../sessions/session.ts";
import type { Statement } from "../sessions/statement.ts";
import { command } from "../sessions/transaction-limits.ts";

/**
 * Sends BEGIN and what belongs to it behind a pooler. There the server says whether it accepts
 * writes: a session that is on a wrong server is discarded with its transaction open, so that the
 * pooler closes its connection to that server too.
 *
 * @throws {WrongServerError} when the server is a standby or refuses writes.
 */
export async function begin(session: Session, statement: string): Promise<void> {
  // Several statements in one message have several results, which pg's types do not say.
  const results = (await session.run(statement)) as unknown as pg.QueryResult<{
    stale?: boolean;
  }>[];
  session.refuseWrongServer();
  if (results.at(-1)?.rows[0]?.stale === true) {
    session.discard();
    throw new WrongServerError({ isBehindPooler: session.isPooled });
  }
}

/** Runs a statement of a transaction. */
export type RunStatement = (statement: Statement) => Promise<pg.QueryResult>;

/**
 * Begins a transaction. BEGIN waits for the first statement of this turn of the event loop, so that
 * Postgres answers both together.
 *
 * @returns `begun`, fulfilled once Postgres has answered BEGIN, and what sends the statements.
 */
export function beginWithFirst(
  session: Session,
  parts: readonly Statement[],
): { readonly begun: Promise<void>; readonly run: RunStatement } {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  let isSent = false;
  /** Sends BEGIN with `first`, if it is not sent yet. */
  const send = (...first: Statement[]): Promise<pg.QueryResult>[] => {
    if (isSent) return [];
    isSent = true;
    const answers = session.runTogether([...parts, ...first]);
    const answered = Promise.all(answers.slice(0, parts.length));
    resolve(answered.then(() => session.refuseWrongServer()));
    return answers.slice(parts.length);
  };
  process.nextTick(send);
  const run: RunStatement = (statement) => {
    // A text without values may be several statements.
    const [answer] = hasValues(statement) ? send(statement) : send();
    return answer ?? session.run(statement);
  };
  return { begun, run };
}

/** A transaction's last statement and COMMIT, both on their way. */
export interface Ending {
  readonly answer: Promise<pg.QueryResult>;
  readonly committed: Promise<void>;
  /** Postgres skips COMMIT when the statement fails: the transaction is still open then. */
  readonly isOneUnit: boolean;
}

/** Sends a transaction's last statement and COMMIT behind it. */
export function commitBehind(session: Session, last: Statement, isNamed: boolean): Ending {
  if (session.isPooled || !hasValues(last))
    return { answer: session.run(last), committed: commit(session), isOneUnit: false };
  const [answer, commits] = session.runTogether([last, command("COMMIT", isNamed)]);
  return {
    answer: answer as Promise<pg.QueryResult>,
    committed: checkCommit(commits as Promise<pg.QueryResult>),
    isOneUnit: true,
  };
}

const hasValues = ({ values }: Statement): boolean => values !== undefined && values.length > 0;

/** ROLLBACK; a session that cannot is discarded. */
export async function rollBack(session: Session): Promise<void> {
  await session.run("ROLLBACK").catch(() => session.discard());
}

/**
 * COMMIT.
 *
 * @throws {CommitUnknownError} when the connection broke before the answer.
 */
export async function commit(session: Session): Promise<void> {
  // Without a session COMMIT is not sent, so its result is known.
  session.refuseUnusable();
  await checkCommit(session.run("COMMIT"));
}

/** Awaits COMMIT's answer; see {@link commit}. */
async function checkCommit(answer: Promise<pg.QueryResult>): Promise<void> {
  let command: string;
  try {
    ({ command } = await answer);
  } catch (error) {
    if (sqlStateOf(error) === undefined || isUnavailable(error))
      throw new CommitUnknownError(error);
    throw error;
  }
  // Postgres answers COMMIT of a failed transaction with ROLLBACK, and no error.
  if (command !== "COMMIT") throw new IgnoredFailureError();
}

/** `fn` caught the failure of a statement and went on. */
export class IgnoredFailureError extends Error {
  constructor(cause?: unknown) {
    super("the transaction was rolled back: a failed statement was ignored", { cause });
    this.name = "IgnoredFailureError";
  }
}
