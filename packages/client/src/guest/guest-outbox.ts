import type { GuestRequest } from "../protocol/types.ts";
import { ClientError } from "../shared/client-error.ts";
import { elapsedSince } from "../shared/elapsed.ts";
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
  /** Set when it is older than `confirmMs`: it is not sent before `confirm`. Ask the guest. */
  readonly needsConfirmation?: boolean;
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
  /** Calls `check` before each transmission. @throws ClientError, and what `check` throws. */
  readonly send: (pending: PendingCall, check: () => void) => Promise<GuestRequest>;
  readonly onSent: (pending: PendingCall, request: GuestRequest) => void;
  /** The server refused it for good, or it expired. */
  readonly onDropped: (pending: PendingCall, error: ClientError) => void;
  /** It was withdrawn, and the server may have it. */
  readonly onWithdrawn: (key: string) => void;
  /** It grew too old to be sent without asking. */
  readonly onNeedsConfirmation: (pending: PendingCall) => void;
  readonly onChange: () => void;
}

const maxPending = 20;

/**
 * A guest's unconfirmed requests. Each is stored before the first attempt and retried with the same
 * key until it is confirmed, refused for good or withdrawn. One older than `confirmMs` waits for
 * `confirm`, because the guest may have left; one older than `callTtlMs` is dropped.
 */
export class GuestOutbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, PendingCall>();
  #expiry: ReturnType<typeof setTimeout> | undefined;
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

  /** @throws ClientError `queue_full`, `closed`. */
  add(pending: PendingCall): void {
    if (this.#closed) throw new ClientError("closed", "Closed.");
    if (this.#pending.size >= maxPending)
      throw new ClientError("queue_full", "Too many unsent requests.");
    this.#pending.set(pending.key, pending);
    this.#changed(pending.key);
    void this.#deliver(pending);
  }

  /** Removes a request. */
  withdraw(key: string): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#remove(key);
    this.#options.onWithdrawn(key);
  }

  /** Sends a request that waits for the guest's confirmation. */
  confirm(key: string): void {
    const pending = this.#pending.get(key);
    if (pending?.needsConfirmation !== true) return;
    const confirmed = { key, call: pending.call, at: Date.now() };
    this.#pending.set(key, confirmed);
    this.#changed(key);
    void this.#deliver(confirmed);
  }

  /** Drops all requests: the server refuses this client for good. */
  refuse(error: ClientError): void {
    for (const pending of this.pending) this.#drop(pending, error);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#expiry);
    this.#options.wakeup.wake();
  }

  async #deliver(pending: PendingCall): Promise<void> {
    const { confirmMs, callTtlMs } = this.#options.timing;
    const { key, at } = pending;
    const age = elapsedSince(at);
    const check = () => {
      if (this.#closed || this.#pending.get(key) !== pending)
        throw new ClientError("closed", "Closed.");
      if (age() >= callTtlMs) throw new ClientError("expired", "Not sent in time.");
      if (age() >= confirmMs) throw new ConfirmationNeeded();
    };
    const isRetryable = (error: unknown) =>
      error instanceof ClientError && (error.retryable || error.isAuthentication);
    try {
      const request = await retry(this.#options, {
        run: () => this.#options.send(pending, check),
        check,
        leftMs: () => Math.min(confirmMs, callTtlMs) - age(),
        isRetryable,
      });
      if (this.#pending.get(key) !== pending) return;
      this.#remove(key);
      this.#options.onSent(pending, request);
    } catch (error) {
      const setBackMs = age() - (Date.now() - at);
      const aged = setBackMs < 1_000 ? pending : { ...pending, at: Math.floor(at - setBackMs) };
      if (error instanceof ConfirmationNeeded) return this.#ask(aged);
      if (this.#closed || this.#pending.get(key) !== pending) return;
      this.#drop(aged, error);
    }
  }

  #ask({ key, call, at }: PendingCall): void {
    const asked = { key, call, at, needsConfirmation: true };
    this.#pending.set(key, asked);
    this.#expireLater();
    this.#changed(key);
    this.#options.onNeedsConfirmation(asked);
  }

  /** Drops requests that waited for their confirmation until `callTtlMs`. */
  #expireLater(): void {
    clearTimeout(this.#expiry);
    const waiting = this.pending.filter(({ needsConfirmation }) => needsConfirmation === true);
    const { callTtlMs } = this.#options.timing;
    for (const pending of waiting)
      if (Date.now() - pending.at >= callTtlMs)
        this.#drop(pending, new ClientError("expired", "Not confirmed in time."));
    const oldest = Math.min(...waiting.map(({ at }) => at + callTtlMs));
    if (oldest !== Infinity && !this.#closed)
      this.#expiry = setTimeout(() => this.#expireLater(), Math.max(1_000, oldest - Date.now()));
  }

  #drop(pending: PendingCall, error: unknown): void {
    this.#remove(pending.key);
    this.#options.onDropped(
      pending,
      error instanceof ClientError
        ? error
        : new ClientError("internal", "Failed.", { cause: error }),
    );
  }

  #remove(key: string): void {
    this.#pending.delete(key);
    this.#changed(key);
  }

  /**
   * Stores one request as it is now, beside those of the table's other tabs, and what is missing of
   * this tab's own: a page of 0.2 writes its list over the others'.
   */
  #changed(key: string): void {
    const { storage, name } = this.#options;
    const stored = new Map(this.#load().map((pending) => [pending.key, pending]));
    const pending = this.#pending.get(key);
    if (pending === undefined) stored.delete(key);
    else stored.set(key, pending);
    for (const own of this.pending) if (!stored.has(own.key)) stored.set(own.key, own);
    try {
      if (stored.size === 0) storage?.removeItem(name);
      else storage?.setItem(name, JSON.stringify([...stored.values()]));
    } catch {
      // Full or forbidden storage: requests do not survive a reload, nothing else changes.
    }
    this.#options.onChange();
  }

  #load(): PendingCall[] {
    try {
      const kept: unknown = JSON.parse(this.#options.storage?.getItem(this.#options.name) ?? "[]");
      const pending = Array.isArray(kept) ? kept.filter(isPendingCall) : [];
      // A clock that was set back must not make a request younger.
      return pending.map(({ key, call, at }) => ({ key, call, at: Math.min(at, Date.now()) }));
    } catch {
      return [];
    }
  }
}

/** Too old to be sent without asking the guest. */
class ConfirmationNeeded extends Error {}

const isPendingCall = (value: unknown): value is PendingCall =>
  isRecord(value) &&
  typeof value.key === "string" &&
  typeof value.at === "number" &&
  isRecord(value.call) &&
  typeof value.call.type === "string";
