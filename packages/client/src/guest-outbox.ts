import type { GuestRequest } from "@waiter/contracts";
import { ClientError } from "./client-error.ts";
import { isRecord } from "./guards.ts";
import { persist, type Patience } from "./persist.ts";

/** What a guest asks for. */
export interface GuestCall {
  /** Key of the request type. */
  readonly type: string;
  readonly note?: string;
  readonly payment?: "cash" | "card";
}
/** A call that the server has not confirmed: "not sent yet". */
export interface PendingCall {
  /** Idempotency key: the same at every try, also after a reload. */
  readonly key: string;
  readonly call: GuestCall;
  /** Milliseconds since the epoch, this device's clock. */
  readonly at: number;
}
/** What outlives a reload; `localStorage` fits. */
export interface CallStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface OutboxOptions extends Patience {
  readonly name: string;
  readonly storage: CallStorage | undefined;
  /** @throws ClientError. */
  readonly send: (pending: PendingCall) => Promise<GuestRequest>;
  readonly onSent: (pending: PendingCall, request: GuestRequest) => void;
  /** The server refused it for good, or it grew too old. */
  readonly onDropped: (pending: PendingCall, error: ClientError) => void;
  readonly onChange: () => void;
}

const maxPending = 20;

/**
 * A guest's calls until the server has them. Each is written to storage before the first try and tried, with the same
 * key, until it is confirmed, refused for good, withdrawn, or older than `callTtlMs`.
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

  /** The oldest first. */
  get pending(): readonly PendingCall[] {
    return [...this.#pending.values()];
  }

  /** Sends what an earlier page left. */
  start(): void {
    for (const pending of this.#pending.values()) void this.#deliver(pending);
  }

  /** @throws ClientError `queue_full`. */
  add(pending: PendingCall): void {
    if (this.#pending.size >= maxPending)
      throw new ClientError("queue_full", "Too much is waiting.");
    this.#pending.set(pending.key, pending);
    this.#changed();
    void this.#deliver(pending);
  }

  /** Forgets a call. */
  withdraw(key: string): void {
    if (!this.#pending.delete(key)) return;
    this.#withdrawn.add(key);
    this.#changed();
  }

  /** Whether a call that was sent meanwhile had been withdrawn. */
  wasWithdrawn(key: string): boolean {
    return this.#withdrawn.delete(key);
  }

  close(): void {
    this.#closed = true;
    this.#options.bell.ring();
  }

  async #deliver(pending: PendingCall): Promise<void> {
    const { key, at } = pending;
    const until = at + this.#options.timing.callTtlMs;
    const check = () => {
      if (this.#closed || !this.#pending.has(key)) throw new ClientError("closed", "Closed.");
      if (Date.now() > until) throw new ClientError("expired", "Not sent in time.");
    };
    const mayPass = (error: unknown) =>
      error instanceof ClientError && (error.retryable || error.isAuthentication);
    try {
      const request = await persist(this.#options, {
        run: () => this.#options.send(pending),
        check,
        until,
        mayPass,
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
      // A full or forbidden storage costs only what a reload would have kept.
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
