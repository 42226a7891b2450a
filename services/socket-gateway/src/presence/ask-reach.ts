import { reachAnswer, reachBatch, type TenantReach } from "@waiter/contracts";
import { inTurns } from "@waiter/lifecycle";
import type { ApiClient } from "../api/api-client.ts";

/** How long questions are collected into one call, ms. */
const gatherMs = 25;
/** Each answer sends a message. */
const answersPerTurn = 25;

/**
 * Asks the api which way reaches the staff of tenants without a screen. The questions of a moment
 * are gathered, 200 tenants in a call, one call at a time.
 */
export class ReachQuestions {
  readonly #api: Pick<ApiClient, "call">;
  readonly #onFailure: (error: unknown, tenants: number) => void;
  #questions = new Map<string, PromiseWithResolvers<TenantReach | undefined>>();
  #isAsking = false;

  constructor(api: Pick<ApiClient, "call">, onFailure: (error: unknown, tenants: number) => void) {
    this.#api = api;
    this.#onFailure = onFailure;
  }

  /** Never rejects; undefined where the api does not answer. */
  ask(tenantId: string): Promise<TenantReach | undefined> {
    const question = this.#questions.get(tenantId) ?? Promise.withResolvers();
    this.#questions.set(tenantId, question);
    void this.#askAll();
    return question.promise;
  }

  async #askAll(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await new Promise((resolve) => setTimeout(resolve, gatherMs).unref());
    while (this.#questions.size > 0) {
      const batch = [...this.#questions].slice(0, reachBatch);
      for (const [tenantId] of batch) this.#questions.delete(tenantId);
      const answers = await this.#read(batch.map(([tenantId]) => tenantId));
      await inTurns(batch, answersPerTurn, (slice) => {
        for (const [tenantId, { resolve }] of slice) resolve(answers.get(tenantId));
      });
    }
    this.#isAsking = false;
  }

  async #read(tenants: string[]): Promise<Map<string, TenantReach>> {
    try {
      const body = { tenants };
      const path = "/internal/reach";
      const answer = await this.#api.call({ method: "POST", path, body, answer: reachAnswer });
      return new Map(answer.tenants.map((one) => [one.tenant, one]));
    } catch (error) {
      this.#onFailure(error, tenants.length);
      return new Map();
    }
  }
}
