import { changesAnswer, changesBatch, type Head, type TenantChanges } from "@waiter/contracts";
import type { ApiClient } from "../api/api-client.ts";

/** How long questions are collected into one call, ms. */
const gatherMs = 25;

interface Question {
  readonly tenant: string;
  readonly epoch: string;
  /** The oldest position among those who wait. */
  seq: number;
  readonly answer: PromiseWithResolvers<Changes | undefined>;
}

/** What changed in a tenant after the position `since`, up to `head`. */
export class Changes {
  readonly head: Head;
  readonly #since: Head;
  readonly #lastOf: ReadonlyMap<string, number> | undefined;

  constructor(
    { epoch, seq, tables }: Pick<TenantChanges, "epoch" | "seq" | "tables">,
    since: Head,
  ) {
    this.head = { epoch, seq };
    this.#since = since;
    this.#lastOf = tables === null ? undefined : new Map(tables.map((one) => [one.table, one.seq]));
  }

  /** Whether the table may have changed after `since`: true where this answer does not reach it. */
  concern(tableId: string, since: Head): boolean {
    if (this.#lastOf === undefined || !this.cover(since, this.head)) return true;
    return (this.#lastOf.get(tableId) ?? 0) > since.seq;
  }

  /** Whether they tell everything from this position up to this event. */
  cover({ epoch, seq }: Head, event: Head): boolean {
    const epochs = [epoch, event.epoch, this.#since.epoch];
    return (
      epochs.every((one) => one === this.head.epoch) &&
      this.#since.seq <= seq &&
      event.seq <= this.head.seq
    );
  }
}

/**
 * Asks the api which tables changed after a position. The questions of a moment are gathered: one
 * per tenant, 200 tenants in a call, whatever the number of guests.
 */
export class ChangedTables {
  readonly #api: Pick<ApiClient, "call">;
  readonly #onFailure: (error: unknown, tenants: number) => void;
  #questions = new Map<string, Question>();

  constructor(api: Pick<ApiClient, "call">, onFailure: (error: unknown, tenants: number) => void) {
    this.#api = api;
    this.#onFailure = onFailure;
  }

  /** Never rejects; undefined where the api does not answer. */
  after(tenant: string, { epoch, seq }: Head): Promise<Changes | undefined> {
    if (this.#questions.size === 0) setTimeout(() => void this.#ask(), gatherMs);
    const key = `${tenant} ${epoch}`;
    const known = this.#questions.get(key);
    if (known !== undefined) known.seq = Math.min(known.seq, seq);
    const question = known ?? { tenant, epoch, seq, answer: Promise.withResolvers() };
    this.#questions.set(key, question);
    return question.answer.promise;
  }

  async #ask(): Promise<void> {
    const questions = [...this.#questions.values()];
    this.#questions = new Map();
    for (const batch of batches(questions)) await this.#askBatch(batch);
  }

  async #askBatch(questions: readonly Question[]): Promise<void> {
    const tenants = questions.map(({ tenant, epoch, seq }) => ({ tenant, epoch, seq }));
    try {
      const { changes } = await this.#api.call({
        method: "POST",
        path: "/internal/changes",
        body: { tenants },
        answer: changesAnswer,
      });
      const answers = new Map(changes.map((one) => [one.tenant, one]));
      for (const { tenant, epoch, seq, answer } of questions) {
        const one = answers.get(tenant);
        answer.resolve(one && new Changes(one, { epoch, seq }));
      }
    } catch (error) {
      this.#onFailure(error, tenants.length);
      for (const { answer } of questions) answer.resolve(undefined);
    }
  }
}

/** Calls of at most 200 questions. An answer names its tenant alone: each is once in a call. */
function batches(questions: readonly Question[]): Question[][] {
  const calls: Question[][] = [];
  const placeOf = new Map<string, number>();
  for (const question of questions) {
    let place = placeOf.get(question.tenant) ?? 0;
    while ((calls[place]?.length ?? 0) >= changesBatch) place += 1;
    placeOf.set(question.tenant, place + 1);
    (calls[place] ??= []).push(question);
  }
  return calls;
}
