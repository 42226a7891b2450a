import type { GuestRequest } from "@waiter/contracts";
import type { Bell } from "./bell.ts";
import { ClientError } from "./client-error.ts";
import { isRecord } from "./guards.ts";
import { backoff, type Timing } from "./timing.ts";

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
/** What keeps the calls over a reload; `localStorage` fits. */
export interface CallStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface OutboxOptions {
  readonly name: string;
  readonly storage: CallStorage | undefined;
  readonly timing: Timing;
  readonly random: () => number;
  readonly bell: Bell;
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
    if (this.#pending.size >= maxPending) throw new ClientError("queue_full", "Too many calls are waiting for the network.");
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
    const { timing, random, bell, send, onSent, onDropped } = this.#options;
    for (let attempt = 0; !this.#closed && this.#pending.has(pending.key); attempt++) {
      if (Date.now() - pending.at > timing.callTtlMs) {
        this.#remove(pending.key);
        return onDropped(pending, new ClientError("expired", "The call could not be sent in time."));
      }
      try {
        const request = await send(pending);
        this.#remove(pending.key);
        return onSent(pending, request);
      } catch (error) {
        const failure = error instanceof ClientError ? error : new ClientError("internal", "The call failed.", { cause: error });
        if (!failure.retryable && !failure.isAuthentication && failure.code !== "closed") {
          this.#remove(pending.key);
          return onDropped(pending, failure);
        }
        await bell.wait(failure.retryAfterMs === undefined ? backoff(attempt, timing, random) : Math.min(failure.retryAfterMs, timing.reconnectMaxMs));
      }
    }
    this.#withdrawn.delete(pending.key);
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
  isRecord(value) && typeof value.key === "string" && typeof value.at === "number" && isRecord(value.call) && typeof value.call.type === "string";
