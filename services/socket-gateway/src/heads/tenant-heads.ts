import type { Head } from "@waiter/contracts";

/** Heads that one tick may always send. */
const leastPerTick = 200;

interface Entry {
  epoch: string;
  seq: number;
  /** When `head` is due, ms of the monotonic clock. */
  dueAt: number;
  /** When `head` was last sent. */
  sentAt: number;
  /** Whether an event came since the last `head`: that one is repeated soon. */
  hasNews: boolean;
}
export interface TenantHeadsOptions {
  readonly quietMs: number;
  readonly silenceMs: number;
  /** Sends `head` to a tenant's local staff; gateways never publish heads to each other. */
  readonly send: (tenantId: string, head: Head) => void;
  /** An event of another epoch arrived: only Postgres knows which epoch is current. */
  readonly onUnknownEpoch: (tenantId: string) => void;
  readonly now?: () => number;
}

/** A client that lost both an event and the `head` after it hears the next one so much later. */
const repeatAfter = 4;

/**
 * The newest known event of each tenant with staff on this gateway, and when to send it: `head`
 * goes out when a room has been quiet for a second after an event, once more 4 s later, else at
 * least every 25 s, spread over the interval. A client that missed an event detects it by its
 * `head`, or, where that was lost too, by the second.
 */
export class TenantHeads {
  readonly #heads = new Map<string, Entry>();
  readonly #options: TenantHeadsOptions;
  readonly #now: () => number;

  constructor(options: TenantHeadsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get(tenantId: string): Head | undefined {
    const entry = this.#heads.get(tenantId);
    return entry && { epoch: entry.epoch, seq: entry.seq };
  }

  /** An event was delivered to local staff. */
  noteEvent(tenantId: string, { epoch, seq }: Head): void {
    const entry = this.#heads.get(tenantId);
    if (entry === undefined || entry.epoch !== epoch) return this.#options.onUnknownEpoch(tenantId);
    entry.seq = Math.max(entry.seq, seq);
    entry.hasNews = true;
    // Each event postpones it, up to the longest silence.
    entry.dueAt = Math.min(
      this.#now() + this.#options.quietMs,
      entry.sentAt + this.#options.silenceMs,
    );
  }

  /** Takes the head in Postgres; sent at once if it is newer or `always` is set. */
  noteTrue(tenantId: string, { epoch, seq }: Head, always = false): void {
    const now = this.#now();
    const entry = this.#heads.get(tenantId);
    if (entry === undefined) {
      this.#heads.set(tenantId, {
        epoch,
        seq,
        dueAt: always ? now : this.#spread(now),
        sentAt: now,
        hasNews: false,
      });
      return;
    }
    const isNews = entry.epoch !== epoch || entry.seq < seq;
    // The answer may be older than an event delivered since; that event is in Postgres too.
    entry.seq = entry.epoch === epoch ? Math.max(entry.seq, seq) : seq;
    entry.epoch = epoch;
    if (isNews) entry.hasNews = true;
    if (isNews || always) entry.dueAt = now;
  }

  /** Sends `head` with the next tick. */
  sendSoon(tenantId: string): void {
    const entry = this.#heads.get(tenantId);
    if (entry !== undefined) entry.dueAt = this.#now();
  }

  forget(tenantId: string): void {
    this.#heads.delete(tenantId);
  }

  /**
   * Sends due `head`s, at most a twentieth of all in one turn; the others follow with the next
   * tick. Called a few times per second.
   */
  tick(): void {
    const now = this.#now();
    let left = Math.max(leastPerTick, Math.ceil(this.#heads.size / 20));
    for (const [tenantId, entry] of this.#heads) {
      if (entry.dueAt > now) continue;
      if (left === 0) return;
      left -= 1;
      entry.sentAt = now;
      entry.dueAt = entry.hasNews ? now + repeatAfter * this.#options.quietMs : this.#spread(now);
      entry.hasNews = false;
      this.#options.send(tenantId, { epoch: entry.epoch, seq: entry.seq });
    }
  }

  #spread(now: number): number {
    return now + this.#options.silenceMs * (0.6 + 0.4 * Math.random());
  }
}
