import type { Kysely } from "kysely";
import { isStatementNameFailure, isUnavailable, WrongServerError } from "./failures.ts";
import { createKysely, refuseStream, sendQuery } from "./session-dialect.ts";
import type { SessionPool } from "./session-pool.ts";
import type { StatementNames } from "./statement-names.ts";

/** Statements outside a tenant's transaction share the pool like one tenant. */
const owner = "outside tenants";

/**
 * Kysely for statements that are transactions of their own, each on a session of the pool.
 *
 * A result from a server that turns out to refuse writes is dropped: the query rejects with
 * {@link WrongServerError}. An error about a statement's name is retried once without names.
 */
export const createAutocommit = <Tables>(
  sessions: SessionPool,
  names: StatementNames,
): Kysely<Tables> =>
  createKysely<Tables>(async () => {
    const { session, release } = await sessions.acquire(owner);
    return {
      async executeQuery(query) {
        try {
          const result = await sendQuery<never>(session, names, query);
          session.refuseWrongServer();
          return result;
        } catch (error) {
          if (error instanceof WrongServerError || isUnavailable(error)) sessions.note(error);
          if (!names.enabled || !isStatementNameFailure(error)) throw error;
          names.disable(error);
          return await sendQuery<never>(session, names, query);
        }
      },
      streamQuery: refuseStream,
      release,
    };
  });
