import { UnavailableError } from "@waiter/database";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs what is to be done for one tenant together, in one transaction: while a batch runs, the next
 * one collects. An item that comes alone runs at once.
 */
export class TenantBatches<Item, Result> {
  readonly #run: (tenantId: string, items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  /** Of each tenant with a running batch: what waits for the next one. */
  readonly #waiting = new Map<string, Waiting<Item, Result>[]>();

  /** @param run answers in the order of its items; what it does is undone when it rejects. */
  constructor(
    run: (tenantId: string, items: readonly Item[]) => Promise<readonly Result[]>,
    atMost: number,
  ) {
    this.#run = run;
    this.#atMost = atMost;
  }

  add(tenantId: string, item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const waiting = this.#waiting.get(tenantId);
    const entry = { item, resolve, reject };
    if (waiting !== undefined) waiting.push(entry);
    else {
      const begun = [entry];
      this.#waiting.set(tenantId, begun);
      void this.#drain(tenantId, begun);
    }
    return promise;
  }

  async #drain(tenantId: string, waiting: Waiting<Item, Result>[]): Promise<void> {
    // Jobs that Redis hands over together come within one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await this.#settle(tenantId, waiting.splice(0, this.#atMost));
    this.#waiting.delete(tenantId);
  }

  async #settle(tenantId: string, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(
        tenantId,
        batch.map(({ item }) => item),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      // An item that cannot be done must not fail the others; an outage fails all.
      if (batch.length > 1 && !(error instanceof UnavailableError))
        for (const one of batch) await this.#settle(tenantId, [one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
