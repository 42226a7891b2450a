import type { SessionConnection } from "../connection/session-connection.ts";
import type { GuestRequest } from "../protocol/types.ts";
import { ClientError } from "../shared/client-error.ts";
import { isGuestRequest, isRecord } from "../shared/guards.ts";
import { retry, type RetryOptions } from "../shared/retry.ts";
import type { CallStorage } from "./guest-outbox.ts";

interface WithdrawnCallsOptions extends Pick<RetryOptions, "timing" | "random"> {
  readonly name: string;
  readonly storage: CallStorage | undefined;
  readonly connection: Pick<SessionConnection, "call" | "closed" | "wakeup">;
  /** Takes what the server says of the request that a call had created. */
  readonly take: (request: GuestRequest) => void;
  readonly report: (error: unknown) => void;
}

interface WithdrawnCall {
  /** The Idempotency-Key of its attempts. */
  readonly key: string;
  /** When it was withdrawn: milliseconds since the epoch, this device's clock. */
  readonly at: number;
}

/**
 * An api of 0.2 knows no such route and answers `not_found`: for so long a roll-out may replace it.
 */
const rollOutMs = 600_000;

/**
 * Calls that were withdrawn while the server may have them, or get them late. The server is asked
 * to take each back, again and again until it answers, also after a reload: it cancels what the
 * call has created, and refuses the call if it arrives later.
 */
export class WithdrawnCalls {
  readonly #options: WithdrawnCallsOptions;

  constructor(options: WithdrawnCallsOptions) {
    this.#options = options;
  }

  /** Goes on with the calls that an earlier page withdrew. */
  start(): void {
    for (const call of this.#load()) void this.#takeBack(call);
  }

  add(key: string): void {
    const call = { key, at: Date.now() };
    this.#rewrite((calls) => calls.set(key, call));
    void this.#takeBack(call);
  }

  async #takeBack({ key, at }: WithdrawnCall): Promise<void> {
    const { connection, timing, take, report } = this.#options;
    const path = "/api/guest/requests/withdraw";
    const check = () => {
      if (connection.closed) throw new ClientError("closed", "Closed.");
      if (Date.now() - at >= timing.callTtlMs) throw new ClientError("expired", "Not in time.");
    };
    const isRetryable = (error: unknown) =>
      error instanceof ClientError &&
      (error.retryable ||
        error.isAuthentication ||
        (error.code === "not_found" && Date.now() - at < rollOutMs));
    try {
      const { request } = await retry(
        { ...this.#options, wakeup: connection.wakeup },
        { run: () => connection.call("POST", path, isWithdrawn, { key }), check, isRetryable },
      );
      if (request !== undefined) take(request);
    } catch (error) {
      if (connection.closed) return;
      report(error);
    }
    this.#rewrite((calls) => calls.delete(key));
  }

  /** Changes what is stored now: the table's other tabs store their calls there too. */
  #rewrite(change: (calls: Map<string, WithdrawnCall>) => unknown): void {
    const { storage, name } = this.#options;
    const calls = new Map(this.#load().map((call) => [call.key, call]));
    change(calls);
    try {
      if (calls.size === 0) storage?.removeItem(name);
      else storage?.setItem(name, JSON.stringify([...calls.values()]));
    } catch {
      // Full or forbidden storage: the call is taken back by this page alone.
    }
  }

  #load(): WithdrawnCall[] {
    try {
      const kept: unknown = JSON.parse(this.#options.storage?.getItem(this.#options.name) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isWithdrawnCall) : [];
    } catch {
      return [];
    }
  }
}

const isWithdrawn = (value: unknown): value is { request?: GuestRequest } =>
  isRecord(value) && (value.request === undefined || isGuestRequest(value.request));

const isWithdrawnCall = (value: unknown): value is WithdrawnCall =>
  isRecord(value) && typeof value.key === "string" && typeof value.at === "number";
