/** The owner of a slot: a tenant's id, or a name for work that belongs to no tenant. */
type Owner = string;

interface Waiter {
  readonly owner: Owner;
  readonly grant: () => void;
}

export interface FairSlotsOptions {
  /** Slots in all: the size of the pool. */
  readonly total: number;
  /** Slots that one owner may hold while others wait. */
  readonly share: number;
}

/**
 * Shares a pool's connections between tenants.
 *
 * A free slot goes to the oldest waiter that holds fewer slots than its share, and only if there is
 * none to a waiter above its share. So one tenant may use the whole pool while no other waits.
 */
export class FairSlots {
  readonly #share: number;
  readonly #held = new Map<Owner, number>();
  readonly #waiters = new Set<Waiter>();
  #free: number;

  constructor({ total, share }: FairSlotsOptions) {
    this.#free = total;
    this.#share = share;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves with the function that gives the slot back; rejects after `timeoutMs`. */
  async acquire(owner: Owner, timeoutMs: number): Promise<() => void> {
    if (this.#free > 0) this.#take(owner);
    else await this.#wait(owner, timeoutMs);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#release(owner);
    };
  }

  async #wait(owner: Owner, timeoutMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { owner, grant: resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      if (this.#waiters.delete(waiter))
        reject(new Error("timeout expired while waiting for a database connection"));
    }, timeoutMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #take(owner: Owner): void {
    this.#free -= 1;
    this.#held.set(owner, (this.#held.get(owner) ?? 0) + 1);
  }

  #release(owner: Owner): void {
    this.#free += 1;
    const held = (this.#held.get(owner) ?? 1) - 1;
    if (held === 0) this.#held.delete(owner);
    else this.#held.set(owner, held);
    const next = this.#next();
    if (next === undefined) return;
    this.#waiters.delete(next);
    this.#take(next.owner);
    next.grant();
  }

  #next(): Waiter | undefined {
    let oldest: Waiter | undefined;
    for (const waiter of this.#waiters) {
      if ((this.#held.get(waiter.owner) ?? 0) < this.#share) return waiter;
      oldest ??= waiter;
    }
    return oldest;
  }
}
