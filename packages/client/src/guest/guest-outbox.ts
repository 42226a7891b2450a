import type { GuestRequest } from "@waiter/contracts";
import { ClientError } from "../shared/client-error.ts";
import { isRecord } from "../shared/guards.ts";
import { retry, type RetryOptions } from "../shared/retry.ts";

/** What a guest asks for. */
export interface GuestCall {
  /** Key of the request type. */
  readonly type: string;
  readonly note?: string;
  readonly payment?: "cash" | "card";
}
/** A request that the server has not confirmed. */
export interface PendingCall {
  /** Idempotency key: the same at every attempt, also after a reload. */
  readonly key: string;
  readonly call: GuestCall;
  /** Creation time: milliseconds since the epoch, this device's clock. */
  readonly at: number;
}
/** Storage that survives a reload, such as `localStorage`. */
export interface CallStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface OutboxOptions extends RetryOptions {
  readonly name: string;
  readonly storage: CallStorage | undefined;
  /** @throws ClientError. */
  readonly send: (pending: PendingCall) => Promise<GuestRequest>;
  readonly onSent: (pending: PendingCall, request: GuestRequest) => void;
  /** The server refused it for good, or it expired. */
  readonly onDropped: (pending: PendingCall, error: ClientError) => void;
  readonly onChange: () => void;
}

const maxPending = 20;

/**
 * A guest's unconfirmed requests. Each is stored before the first attempt and retried with the same key until
 * it is confirmed, refused for good, withdrawn, or older than `callTtlMs`.
 */
export class GuestOutbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, PendingCall>();
  readonly #withdrawn = new Set<string>();
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    for (const pending of this.#load()) this.#pending.set(pending.key, pending);
  }

  /** Oldest first. */
  get pending(): readonly PendingCall[] {
    return [...this.#pending.values()];
  }

  /** Sends the requests that an earlier page stored. */
  start(): void {
    for (const pending of this.#pending.values()) void this.#deliver(pending);
  }

  /** @throws ClientError `queue_full`. */
  add(pending: PendingCall): void {
    if (this.#pending.size >= maxPending)
      throw new ClientError("queue_full", "Too many unsent requests.");
    this.#pending.set(pending.key, pending);
    this.#changed();
    void this.#deliver(pending);
  }

  /** Removes a request. */
  withdraw(key: string): void {
    if (!this.#pending.delete(key)) return;
    this.#withdrawn.add(key);
    this.#changed();
  }

  /** Whether a request was withdrawn while it was being sent. */
  wasWithdrawn(key: string): boolean {
    return this.#withdrawn.delete(key);
  }

  close(): void {
    this.#closed = true;
    this.#options.wakeup.wake();
  }

  async #deliver(pending: PendingCall): Promise<void> {
    const { key, at } = pending;
    const until = at + this.#options.timing.callTtlMs;
    const check = () => {
      if (this.#closed || !this.#pending.has(key)) throw new ClientError("closed", "Closed.");
      if (Date.now() > until) throw new ClientError("expired", "Not sent in time.");
    };
    const isRetryable = (error: unknown) =>
      error instanceof ClientError && (error.retryable || error.isAuthentication);
    try {
      const request = await retry(this.#options, {
        run: () => this.#options.send(pending),
        check,
        until,
        isRetryable,
      });
      this.#remove(key);
      this.#options.onSent(pending, request);
    } catch (error) {
      this.#withdrawn.delete(key);
      if (this.#closed || !this.#pending.has(key)) return;
      this.#remove(key);
      this.#options.onDropped(
        pending,
        error instanceof ClientError
          ? error
          : new ClientError("internal", "Failed.", { cause: error }),
      );
    }
  }

  #remove(key: string): void {
    this.#pending.delete(key);
    this.#changed();
  }

  #changed(): void {
    const { storage, name } = this.#options;
    try {
      if (this.#pending.size === 0) storage?.removeItem(name);
      else storage?.setItem(name, JSON.stringify([...this.#pending.values()]));
    } catch {
      // Full or forbidden storage: requests do not survive a reload, nothing else changes.
    }
    this.#options.onChange();
  }

  #load(): PendingCall[] {
    try {
      const kept: unknown = JSON.parse(this.#options.storage?.getItem(this.#options.name) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isPendingCall).slice(0, maxPending) : [];
    } catch {
      return [];
    }
  }
}

const isPendingCall = (value: unknown): value is PendingCall =>
  isRecord(value) &&
  typeof value.key === "string" &&
  typeof value.at === "number" &&
  isRecord(value.call) &&
  typeof value.call.type === "string";
