import { UnavailableError } from "@waiter/database";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Batches of one tenant that run at once: what comes alone does not wait for a large one. */
const lanes = 2;

/**
 * Runs what is to be done for one tenant together, in few transactions: while its batches run, the
 * next one collects. An item that comes alone runs at once.
 */
export class TenantBatches<Item, Result> {
  readonly #run: (tenantId: string, items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  /** Of each tenant with a running batch: what waits for the next one. */
  readonly #tenants = new Map<string, { running: number; waiting: Waiting<Item, Result>[] }>();

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
    const tenant = this.#tenants.get(tenantId) ?? { running: 0, waiting: [] };
    this.#tenants.set(tenantId, tenant);
    tenant.waiting.push({ item, resolve, reject });
    // The first of what waits asks for a lane; the others go with it.
    if (tenant.running < lanes && tenant.waiting.length === 1) void this.#drain(tenantId, tenant);
    return promise;
  }

  async #drain(
    tenantId: string,
    tenant: { running: number; waiting: Waiting<Item, Result>[] },
  ): Promise<void> {
    tenant.running += 1;
    // Jobs that Redis hands over together come within one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (tenant.waiting.length > 0)
      await this.#settle(tenantId, tenant.waiting.splice(0, this.#atMost));
    tenant.running -= 1;
    if (tenant.running === 0) this.#tenants.delete(tenantId);
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
