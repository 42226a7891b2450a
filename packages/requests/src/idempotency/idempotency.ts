import { hash } from "node:crypto";
import type { CommittedEvent } from "@waiter/contracts";
import {
  constraintOf,
  prepareStatement,
  type Database,
  type DeadlineKind,
  type Param,
  type TenantTransaction,
} from "@waiter/database";
import { fail } from "@waiter/errors";
import { appendWith, changeAndAppendWith, type NewEvent } from "@waiter/events";
import { sql } from "kysely";
import { appendRequestEvent, closeAndAppend } from "../state/append-request-event.ts";
import { closing, type CloseParams } from "../state/close-request.ts";
import { countFromEvent, type CountedParams } from "../state/count-deadlines.ts";
import { lookUpKey, type Guard } from "./look-up-key.ts";
import type { Answer, Idempotency, Once } from "./stored-answer.ts";
import type { First } from "../state/first-statement.ts";

/** A concurrent request with the same idempotency key committed first. */
class AnsweredMeanwhile extends Error {}

/** The stored answer of an earlier request with the same key. Ends the transaction by ROLLBACK. */
class Replayed<Body> extends Error {
  readonly answer: Answer<Body>;
  constructor(answer: Answer<Body>) {
    super("the request was answered before");
    this.answer = answer;
  }
}

/** Stores a command's answer in its transaction. */
export interface AnswerStore {
  /** Stores the answer of a command that appends no event. */
  save(answer: Answer<unknown>): Promise<void>;
  /**
   * Stores the answer, appends the event and commits in one round trip: the transaction is over.
   * The `counted` deadlines count from the event.
   */
  saveWith(
    answer: Answer<unknown>,
    event: NewEvent,
    counted: readonly DeadlineKind[],
  ): Promise<CommittedEvent>;
  /**
   * Closes the request as well, in the same statement. Undefined if a concurrent change came first:
   * the transaction is over and changed nothing.
   */
  saveClosing(
    answer: Answer<unknown>,
    event: NewEvent,
    closing: CloseParams,
  ): Promise<CommittedEvent | undefined>;
}

/** A command in two steps: its first statement runs in the key's lookup. */
export interface Steps<Found extends { readonly id: string }, Result> {
  /**
   * Runs before the key is known to be new and is rolled back if it is not, so it must take no lock
   * that other tables' requests wait for.
   */
  readonly first?: First<Found> | undefined;
  /** Sent with the lookup. Refuses a command that was not answered before. */
  readonly check?: (tx: TenantTransaction) => Promise<void>;
  readonly finish: (
    tx: TenantTransaction,
    found: Found | undefined,
    store: AnswerStore,
  ) => Promise<Result>;
  /** Refuse the command; read with the key. */
  readonly guards?: readonly Guard[];
}

/** The same command has the same hash. */
export const hashCommand = (idempotency: Idempotency, command: readonly unknown[]): string =>
  hash("sha256", JSON.stringify([idempotency.hash ?? null, ...command]), "base64url");

/**
 * Runs a command in a transaction, once per key: a key seen before gets its first answer again
 * (also a 409); a key used for another command is an `idempotency_key_reused`.
 *
 * `finish` stores the answer after its conditional change and with the event, so that the answer is
 * as durable as the change. Of two concurrent duplicates the second waits at the key's unique
 * index; when the first commits, the second is rolled back and returns the first's answer. Without
 * a key the command just runs.
 */
export async function answerOnce<
  Body,
  Found extends { readonly id: string },
  T extends { readonly answer: Answer<Body> },
>(
  database: Database,
  tenantId: string,
  once: Once | undefined,
  { first, check, finish, guards }: Steps<Found, T>,
): Promise<T | { readonly answer: Answer<Body>; readonly replayed: true }> {
  try {
    return await database.inTenant(tenantId, async (tx) => {
      const [known, checked] = await Promise.allSettled([
        lookUpKey<Body, Found>(tx, once, guards, first),
        check?.(tx),
      ]);
      if (known.status === "rejected") throw known.reason;
      if (known.value.answer !== undefined) throw new Replayed(known.value.answer);
      await known.value.admit();
      if (checked.status === "rejected") throw checked.reason;
      return await finish(tx, known.value.found, createStore(tx, once));
    });
  } catch (error) {
    if (error instanceof Replayed)
      return { answer: (error as Replayed<Body>).answer, replayed: true };
    if (!(error instanceof AnsweredMeanwhile) || once === undefined) throw error;
    const { answer } = await database.inTenant(tenantId, (tx) => lookUpKey<Body>(tx, once), {
      readOnly: true,
    });
    return answer === undefined
      ? fail("unavailable", { cause: error })
      : { answer, replayed: true };
  }
}

const createStore = (tx: TenantTransaction, once: Once | undefined): AnswerStore => ({
  save: async (answer) => {
    if (once === undefined) return;
    const rows = await insertUnlessKnown.run(tx, paramsOf(tx, once, answer));
    if (rows.length === 0) throw new AnsweredMeanwhile();
  },
  saveWith: async (answer, event, counted) => {
    if (once === undefined)
      return await tx.commitWith(() => appendRequestEvent(tx, event, counted));
    const params = { ...paramsOf(tx, once, answer), counted };
    const append = counted.length === 0 ? appendAfterAnswer : appendCountedAfterAnswer;
    return await unlessAnswered(tx.commitWith(() => append(tx, event, params)));
  },
  saveClosing: async (answer, event, params) => {
    if (once === undefined) return await tx.commitWith(() => closeAndAppend(tx, event, params));
    const all = { ...paramsOf(tx, once, answer), ...params };
    return await unlessAnswered(tx.commitWith(() => closeAndAppendAfterAnswer(tx, event, all)));
  },
});

/** Throws {@link AnsweredMeanwhile} where the key has an answer by now. */
async function unlessAnswered<T>(appended: Promise<T>): Promise<T> {
  try {
    return await appended;
  } catch (error) {
    throw constraintOf(error) === "answer_pkey" ? new AnsweredMeanwhile() : error;
  }
}

interface AnswerParams {
  readonly tenantId: string;
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly status: number;
  readonly body: string;
}

const paramsOf = (
  { tenantId }: TenantTransaction,
  { idempotency: { principal, key }, hash }: Once,
  { status, body }: Answer<unknown>,
): AnswerParams => ({ tenantId, principal, key, hash, status, body: JSON.stringify(body) });

/**
 * Waits for a transaction that stores an answer to the same key. With `from` it stores one answer
 * for each row of that CTE.
 */
const insertAnswer = (p: Param<AnswerParams>, from = sql``) => sql`
      insert into answer (tenant_id, principal, key, request_hash, status, body)
      select ${p("tenantId")}::uuid, ${p("principal")}::text, ${p("key")}::text,
        ${p("hash")}::text, ${p("status")}::int, ${p("body")}::text ${from}`;

/** Returns no row when the key has an answer. */
const insertUnlessKnown = prepareStatement<AnswerParams, unknown>(
  (p) => sql`${insertAnswer(p)} on conflict do nothing returning true`,
);

const insertFirst = (p: Param<AnswerParams>) => sql`${insertAnswer(p)} returning true`;
const closeAndAppendAfterAnswer = changeAndAppendWith<AnswerParams & CloseParams>({
  change: closing,
  first: (p) => sql`${insertAnswer(p, sql`from changed`)} returning true`,
});
const appendAfterAnswer = appendWith<AnswerParams>({ first: insertFirst });
const appendCountedAfterAnswer = appendWith<AnswerParams & CountedParams>({
  first: insertFirst,
  atEvent: countFromEvent,
});

/**
 * Forgets up to `atMost` of the tenant's answers older than a day (or `olderThanS`); returns how
 * many.
 */
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
