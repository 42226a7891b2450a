import { UnavailableError } from "@waiter/database";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What of one tenant runs and waits. */
interface Lanes<Item, Result> {
  /** Items of the batches that run. */
  readonly running: Set<readonly Waiting<Item, Result>[]>;
  readonly waiting: Waiting<Item, Result>[];
}

/** A second batch of a tenant runs beside a first one of fewer items. */
const few = 4;

/**
 * Runs what is to be done for one tenant together, in few transactions: while a batch runs, the
 * next one collects. An item that comes alone runs at once, also beside a small batch: under little
 * load an item waits for no other, and under much load the batches are large.
 */
export class TenantBatches<Item, Result> {
  readonly #run: (tenantId: string, items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  readonly #tenants = new Map<string, Lanes<Item, Result>>();

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
    const lanes = this.#tenants.get(tenantId) ?? { running: new Set(), waiting: [] };
    this.#tenants.set(tenantId, lanes);
    lanes.waiting.push({ item, resolve, reject });
    const [first, ...others] = lanes.running;
    const isFree = first === undefined || (others.length === 0 && first.length < few);
    // The first of what waits asks for a lane; the others go with it.
    if (isFree && lanes.waiting.length === 1) void this.#drain(tenantId, lanes);
    return promise;
  }

  async #drain(tenantId: string, lanes: Lanes<Item, Result>): Promise<void> {
    // Jobs that Redis hands over together come within one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (lanes.waiting.length > 0) {
      const batch = lanes.waiting.splice(0, this.#atMost);
      lanes.running.add(batch);
      await this.#settle(tenantId, batch);
      lanes.running.delete(batch);
    }
    const isLast = lanes.running.size === 0 && this.#tenants.get(tenantId) === lanes;
    if (isLast) this.#tenants.delete(tenantId);
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
