import type pg from "pg";
import { CommitUnknownError, isUnavailable, sqlStateOf, WrongServerError } from "./failures.ts";
import type { Session } from "./session.ts";

/**
 * Sends BEGIN and what belongs to it. Behind a pooler the server says whether it accepts writes: a
 * session that is on a wrong server is discarded with its transaction open, so that the pooler
 * closes its connection to that server too.
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
  let command: string;
  try {
    ({ command } = await session.run("COMMIT"));
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
