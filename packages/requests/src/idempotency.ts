import { createHash } from "node:crypto";
import type { Database, TenantTransaction } from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql } from "kysely";

/** An `Idempotency-Key` (`commandId` on a socket) and whose it is: keys of two principals never meet. */
export interface Idempotency {
  /** Staff id or guest session id. */
  readonly principal: string;
  readonly key: string;
  /** Of the body, when the caller has one; the command and its arguments are hashed in any case. */
  readonly hash?: string | undefined;
}

/** What a command answered, as it is stored and replayed: the status and the JSON body. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
}

/** The answer of a command on a request: success or lost, with the request as it is. */
export type RequestAnswer<View> = Answer<{ readonly request: View }>;

/** Somebody stored an answer to the same key while we worked: our work is undone, theirs is told. */
class AnsweredMeanwhile extends Error {}

export type Store<Body> = (answer: Answer<Body>) => Promise<void>;

/** The same command has the same hash. */
export const hashCommand = (idempotency: Idempotency, command: readonly unknown[]): string =>
  createHash("sha256")
    .update(JSON.stringify([idempotency.hash ?? null, ...command]))
    .digest("base64url");

/**
 * Runs `fn` in a transaction, once per key: a key seen before gets its first answer again (also a 409), a key used for
 * another command is an `idempotency_key_reused`.
 *
 * `fn` calls `store` after its conditional change and before the event, so that the answer is as durable as the change.
 * Of two concurrent duplicates the second waits at the key's unique index; when the first commits, the second is rolled
 * back whole and tells the first's answer. Without a key, `fn` just runs.
 */
export async function answerOnce<Body, T extends { readonly answer: Answer<Body> }>(
  database: Database,
  tenantId: string,
  once: { readonly idempotency: Idempotency; readonly hash: string } | undefined,
  fn: (tx: TenantTransaction, store: Store<Body>) => Promise<T>,
): Promise<T | { readonly answer: Answer<Body>; readonly replayed: true }> {
  if (once === undefined)
    return database.inTenant(tenantId, (tx) => fn(tx, () => Promise.resolve()));
  const { idempotency, hash } = once;
  const replay = async (tx: TenantTransaction) => {
    const answer = await findAnswer<Body>(tx, idempotency, hash);
    return answer && { answer, replayed: true as const };
  };
  try {
    return await database.inTenant(
      tenantId,
      async (tx) =>
        (await replay(tx)) ?? fn(tx, (answer) => storeAnswer(tx, idempotency, hash, answer)),
    );
  } catch (error) {
    if (!(error instanceof AnsweredMeanwhile)) throw error;
    const first = await database.inTenant(tenantId, replay, { readOnly: true });
    return first ?? fail("unavailable", { cause: error });
  }
}

async function findAnswer<Body>(
  tx: TenantTransaction,
  { principal, key }: Idempotency,
  hash: string,
): Promise<Answer<Body> | undefined> {
  const row = await tx
    .selectFrom("answer")
    .select(["request_hash", "status", "body"])
    .where("tenant_id", "=", tx.tenantId)
    .where("principal", "=", principal)
    .where("key", "=", key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.request_hash !== hash) fail("idempotency_key_reused");
  return {
    status: row.status,
    body: JSON.parse(row.body) as Body,
  };
}

async function storeAnswer(
  tx: TenantTransaction,
  { principal, key }: Idempotency,
  hash: string,
  answer: Answer,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("answer")
    .values({
      tenant_id: tx.tenantId,
      principal,
      key,
      request_hash: hash,
      status: answer.status,
      body: JSON.stringify(answer.body),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) throw new AnsweredMeanwhile();
}

/** Forgets up to `atMost` of the tenant's answers older than a day (or `olderThanS`); returns how many. */
export async function purgeAnswers(
  tx: TenantTransaction,
  { olderThanS = 86_400, atMost }: { olderThanS?: number; atMost: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from answer where tenant_id = ${tx.tenantId} and (principal, key) in (
      select principal, key from answer
      where tenant_id = ${tx.tenantId} and created_at < now() - make_interval(secs => ${olderThanS})
      limit ${atMost})`.execute(tx);
  return Number(numAffectedRows);
}
