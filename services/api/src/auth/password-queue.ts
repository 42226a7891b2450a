import { AppError } from "@waiter/errors";
import { withTimeout } from "@waiter/lifecycle";

/** Whose password is checked: what the queue shares its capacity by. */
export interface Ticket {
  readonly tenantId: string;
  /** Address block of the caller. */
  readonly block: string;
  /** Normalized; with the tenant it names a person, whether that person exists or not. */
  readonly account: string;
  /** A device that logged in to this restaurant before goes first. */
  readonly isKnownDevice: boolean;
}

export interface PasswordQueueOptions {
  /** Hashes computed at a time. */
  readonly concurrency: number;
  /** Attempts that wait for a hash. */
  readonly maxWaiting: number;
  /** Attempts of one account and block, the running one included. */
  readonly maxPerAccount: number;
  /** ms that an attempt waits at most, in its account's line and for its turn each. */
  readonly maxWaitMs: number;
  /** Called for each attempt that is refused. */
  readonly onRefused: (ticket: Ticket) => void;
}

interface Waiting {
  readonly ticket: Ticket;
  /** Lower goes first. */
  readonly rank: number;
  readonly start: () => void;
  readonly refuse: () => void;
}

/**
 * A bulkhead for password hashing, which costs about 0.15 s of CPU each. At most `concurrency`
 * hashes run; the rest wait in a queue that tenants and address blocks share: an attempt ranks
 * behind as many others as its tenant and its block have waiting already, so that neither one
 * address nor a crowd against one tenant holds up the others. When the queue is full, the attempt
 * that ranks last is refused. Attempts of one account and block run one after another, so that two
 * tabs or two screens may log in at once and a crowd may not.
 */
export class PasswordQueue {
  readonly #options: PasswordQueueOptions;
  readonly #waiting: Waiting[] = [];
  /** Per account and block: the ends of its attempts, in order. */
  readonly #lines = new Map<string, Promise<void>[]>();
  #running = 0;
  /** Rank of the attempt that started last. */
  #served = 0;

  constructor(options: PasswordQueueOptions) {
    this.#options = options;
  }

  /**
   * Runs `hash` when it is this attempt's turn.
   * @throws {AppError} `rate_limited` while the same account and block has too many attempts,
   * `overloaded` when the queue is full or the turn does not come within `maxWaitMs`.
   */
  async run<T>(ticket: Ticket, hash: () => Promise<T>): Promise<T> {
    const leave = await this.#joinLine(ticket);
    try {
      await this.#turn(ticket);
      try {
        return await hash();
      } finally {
        this.#running--;
        this.#startNext();
      }
    } finally {
      leave();
    }
  }

  /** Resolves when the attempts of the same account and block before this one have ended. */
  async #joinLine(ticket: Ticket): Promise<() => void> {
    const { maxPerAccount, maxWaitMs, onRefused } = this.#options;
    const key = `${ticket.tenantId} ${ticket.account} ${ticket.block}`;
    const line = this.#lines.get(key) ?? [];
    if (line.length >= maxPerAccount) {
      onRefused(ticket);
      throw new AppError("rate_limited", { extra: { retryAfterS: 1 } });
    }
    this.#lines.set(key, line);
    const before = line.at(-1);
    const { promise, resolve } = Promise.withResolvers<void>();
    line.push(promise);
    const leave = (): void => {
      void line.splice(line.indexOf(promise), 1);
      if (line.length === 0) this.#lines.delete(key);
      resolve();
    };
    if (before === undefined) return leave;
    try {
      await withTimeout(before, maxWaitMs);
    } catch {
      leave();
      onRefused(ticket);
      throw new AppError("overloaded", { extra: { retryAfterS: 5 } });
    }
    return leave;
  }

  #turn(ticket: Ticket): Promise<void> {
    const { concurrency, maxWaiting, maxWaitMs, onRefused } = this.#options;
    if (this.#running < concurrency) {
      this.#running++;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (): void => {
      clearTimeout(timer);
      this.#remove(entry);
      onRefused(ticket);
      reject(new AppError("overloaded", { extra: { retryAfterS: 5 } }));
    };
    const timer = setTimeout(refuse, maxWaitMs);
    const start = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const entry: Waiting = { ticket, rank: this.#rank(ticket), start, refuse };
    this.#waiting.push(entry);
    if (this.#waiting.length > maxWaiting) this.#waiting.toSorted(byTurn).at(-1)?.refuse();
    return promise;
  }

  #rank({ tenantId, block }: Ticket): number {
    const ahead = this.#waiting.reduce(
      (sum, { ticket }) =>
        sum + Number(ticket.tenantId === tenantId) + Number(ticket.block === block),
      0,
    );
    return this.#served + 1 + ahead;
  }

  #startNext(): void {
    const next = this.#waiting.toSorted(byTurn)[0];
    if (next === undefined) return;
    this.#remove(next);
    this.#running++;
    this.#served = Math.max(this.#served, next.rank);
    next.start();
  }

  #remove(entry: Waiting): void {
    const index = this.#waiting.indexOf(entry);
    if (index !== -1) this.#waiting.splice(index, 1);
  }
}

/** Known devices first, then by rank; equal ranks in order of arrival. */
const byTurn = (a: Waiting, b: Waiting): number =>
  Number(b.ticket.isKnownDevice) - Number(a.ticket.isKnownDevice) || a.rank - b.rank;
