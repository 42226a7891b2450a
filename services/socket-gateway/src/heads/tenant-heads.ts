import type { Head } from "@waiter/contracts";

interface Entry {
  epoch: string;
  seq: number;
  /** When `head` goes out next, ms since the epoch. */
  dueAt: number;
  /** When it last went out. */
  toldAt: number;
}
export interface TenantHeadsOptions {
  readonly quietMs: number;
  readonly silenceMs: number;
  /** Tells a tenant's local staff sockets. Local: gateways never publish heads to each other. */
  readonly tell: (tenantId: string, head: Head) => void;
  /** An event came from another epoch than ours: only Postgres can say which is current. */
  readonly onUnknownEpoch: (tenantId: string) => void;
  readonly now?: () => number;
}

/**
 * The newest event of each tenant with staff here, as far as it is known, and when to say so: `head` goes out once a
 * room has been quiet for a second after an event, and otherwise at least every 25 s, spread over the interval. A client
 * that misses an event learns from it.
 */
export class TenantHeads {
  readonly #heads = new Map<string, Entry>();
  readonly #options: TenantHeadsOptions;
  readonly #now: () => number;

  constructor(options: TenantHeadsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get(tenantId: string): Head | undefined {
    const entry = this.#heads.get(tenantId);
    return entry && { epoch: entry.epoch, seq: entry.seq };
  }

  /** An event was delivered here. */
  noteEvent(tenantId: string, { epoch, seq }: Head): void {
    const entry = this.#heads.get(tenantId);
    if (entry === undefined || entry.epoch !== epoch) return this.#options.onUnknownEpoch(tenantId);
    entry.seq = Math.max(entry.seq, seq);
    // Put off by each event, but never beyond the longest silence.
    entry.dueAt = Math.min(
      this.#now() + this.#options.quietMs,
      entry.toldAt + this.#options.silenceMs,
    );
  }

  /** What Postgres says. Told at once when it is news, or when everybody is to hear (`always`). */
  noteTrue(tenantId: string, { epoch, seq }: Head, always = false): void {
    const now = this.#now();
    const entry = this.#heads.get(tenantId);
    if (entry === undefined) {
      this.#heads.set(tenantId, {
        epoch,
        seq,
        dueAt: always ? now : this.#spread(now),
        toldAt: now,
      });
      return;
    }
    const isNews = entry.epoch !== epoch || entry.seq < seq;
    // Asked before an event that has been delivered since: that event was in Postgres too.
    entry.seq = entry.epoch === epoch ? Math.max(entry.seq, seq) : seq;
    entry.epoch = epoch;
    if (isNews || always) entry.dueAt = now;
  }

  forget(tenantId: string): void {
    this.#heads.delete(tenantId);
  }

  tenants(): string[] {
    return [...this.#heads.keys()];
  }

  /** Tells whoever is due. Called a few times a second. */
  tick(): void {
    const now = this.#now();
    for (const [tenantId, entry] of this.#heads) {
      if (entry.dueAt > now) continue;
      entry.toldAt = now;
      entry.dueAt = this.#spread(now);
      this.#options.tell(tenantId, { epoch: entry.epoch, seq: entry.seq });
    }
  }

  #spread(now: number): number {
    return now + this.#options.silenceMs * (0.6 + 0.4 * Math.random());
  }
}
