import type { Head } from "@waiter/contracts";

interface Entry {
  /** Everything up to here reached the rooms of this gateway. */
  safe: Head;
  /** The head at `at`, which becomes `safe` when it is old enough. */
  latest: Head;
  at: number;
  isConfirmed: boolean;
}

/** Positions as they were at one moment. */
export interface PositionSnapshot extends Disposable {
  get(tenantId: string): Head | undefined;
}

/** A snapshot holds what moved since. */
interface Kept {
  readonly heads: Map<string, Head | undefined>;
  readonly roundAt: number;
}

/** An event is published within this time of its COMMIT, ms; the relay takes what is left over. */
const publishedWithinMs = 10_000;

/**
 * Up to which position each tenant's guests on this gateway have received everything. A head counts
 * only once it is some seconds old: its event is committed, but may not be published yet. Not fed
 * while Redis is away, so that after an outage the position is the one before it.
 */
export class DeliveredPositions {
  readonly #tenants = new Map<string, Entry>();
  /** When the last round of heads was answered while Redis was well. */
  #roundAt = -Infinity;
  readonly #snapshots = new Set<Kept>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get(tenantId: string): Head | undefined {
    return this.#at(tenantId, this.#roundAt);
  }

  /**
   * The positions as they are now, whatever is noted until it is disposed of. It copies nothing at
   * the call, which is cheap with any number of tenants: a position is kept when it moves.
   */
  snapshot(): PositionSnapshot {
    const kept: Kept = { heads: new Map(), roundAt: this.#roundAt };
    this.#snapshots.add(kept);
    return {
      get: (tenantId) =>
        kept.heads.has(tenantId) ? kept.heads.get(tenantId) : this.#at(tenantId, kept.roundAt),
      [Symbol.dispose]: () => this.#snapshots.delete(kept),
    };
  }

  /** Every tenant that changed since the last round was noted, while the subscriptions work. */
  noteRound(): void {
    this.#roundAt = this.#now();
  }

  /**
   * The tenant's first guest joins. What it claims to know is no position of others: until its
   * comparison is over, everything counts as missed.
   */
  begin(tenantId: string, epoch: string): void {
    if (this.#tenants.has(tenantId)) return;
    this.#keep(tenantId);
    const head = { epoch, seq: 0 };
    this.#tenants.set(tenantId, { safe: head, latest: head, at: this.#now(), isConfirmed: false });
  }

  /** The tenant's first guests were compared with this head, read from Redis or the api. */
  confirm(tenantId: string, head: Head): void {
    const entry = this.#tenants.get(tenantId);
    if (entry === undefined || entry.isConfirmed) return;
    this.#keep(tenantId);
    this.#tenants.set(tenantId, { safe: head, latest: head, at: this.#now(), isConfirmed: true });
  }

  /** The tenant's true head while the subscriptions work. */
  note(tenantId: string, head: Head): void {
    const entry = this.#tenants.get(tenantId);
    const now = this.#now();
    if (entry === undefined || now - entry.at < publishedWithinMs) return;
    this.#keep(tenantId);
    entry.safe = entry.latest;
    entry.latest = head;
    entry.at = now;
    entry.isConfirmed = true;
  }

  forget(tenantId: string): void {
    this.#keep(tenantId);
    this.#tenants.delete(tenantId);
  }

  #at(tenantId: string, roundAt: number): Head | undefined {
    const entry = this.#tenants.get(tenantId);
    if (entry === undefined) return undefined;
    return roundAt - entry.at >= publishedWithinMs ? entry.latest : entry.safe;
  }

  /** The tenant's position is about to move. */
  #keep(tenantId: string): void {
    for (const { heads, roundAt } of this.#snapshots)
      if (!heads.has(tenantId)) heads.set(tenantId, this.#at(tenantId, roundAt));
  }
}
