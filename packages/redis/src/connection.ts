import { EventEmitter, once } from "node:events";
import { Cluster, type Redis } from "ioredis";
import { isImpatient } from "./client-options.ts";
import { checkVersion, pingServer } from "./ask-server.ts";
import type { RedisConnectionOptions } from "./connection-options.ts";
import { createClient } from "./create-client.ts";
import { guardCommands } from "./guard-commands.ts";
import { isLoginRefused } from "./refusals.ts";
import { ReplacePace } from "./replace-pace.ts";
import { probeIntervalMs, reconnectDelayMs } from "./schedule.ts";
import { withTimeout } from "@waiter/lifecycle";

export type RedisState = "connecting" | "ready" | "reconnecting" | "failed" | "closed";

interface ConnectionEvents {
  /** The connection is usable, again after each reconnect. */
  ready: [];
  /** The connection was lost; once per outage. */
  down: [];
  /** Every attempt failed; from here on Redis is probed every 30 s. */
  failed: [];
  /**
   * Cluster, of a subscriber: a shard has another connection, be it to another master; what it
   * missed is not known.
   */
  resubscribed: [];
  /** The state has changed. */
  change: [];
}

/**
 * One connection to Redis: standalone, through Sentinel, or to a Cluster.
 *
 * States: `connecting` -> `ready` <-> `reconnecting` -> `failed` (after the last attempt; still
 * probed, and back to `ready` when Redis answers) -> `closed`. No outage ends the process: every
 * rejection and `error` event is handled here; callers learn of an outage from their own command's
 * rejection or the events.
 */
export class RedisConnection {
  readonly client: Redis | Cluster;
  readonly name: string;
  readonly #options: RedisConnectionOptions;
  readonly #events = new EventEmitter<ConnectionEvents>();
  readonly #pace = new ReplacePace();
  readonly #pings: NodeJS.Timeout;
  #state: RedisState = "connecting";
  #attempts = 0;
  #refusal: Error | undefined;
  #handshake: NodeJS.Timeout | undefined;
  #revival: NodeJS.Timeout | undefined;
  #suspected = false;
  #complaint: Error | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.name = options.name;
    this.client = createClient(options, {
      delay: (attempt) => this.#delay(attempt),
      onSentinelsAway: () => this.#onReconnecting(),
    });
    guardCommands(this.client, {
      ...(isImpatient(options.role) && { timeoutMs: this.#commandTimeoutMs }),
      onTimeout: () => void this.#suspect(),
      onWrongServer: (error) => this.replace(error.message),
    });
    this.#watch();
    this.#pings = setInterval(() => void this.#suspect(), options.pingIntervalMs ?? 30_000);
    this.#pings.unref();
    options.metrics?.redisUp.set({ client: this.name }, 0);
    void this.client.connect().catch(() => undefined);
  }

  get state(): RedisState {
    return this.#state;
  }

  /** Whether Redis refused the user or the password of the URL at the last attempt. */
  get loginRefused(): boolean {
    return isLoginRefused(this.#complaint);
  }

  on(event: keyof ConnectionEvents, listener: () => void): this {
    this.#events.on(event, listener);
    return this;
  }

  off(event: keyof ConnectionEvents, listener: () => void): this {
    this.#events.off(event, listener);
    return this;
  }

  /**
   * Resolves when usable. Rejects after `timeoutMs`, at once when Redis is too old or the
   * connection was closed.
   */
  async ready(timeoutMs = 10_000): Promise<void> {
    const deadline = AbortSignal.timeout(timeoutMs);
    while (this.#state !== "ready") {
      if (this.#refusal !== undefined) throw this.#refusal;
      if (this.#state === "closed") throw new Error(`Redis connection ${this.name} is closed`);
      if (deadline.aborted)
        throw new Error(`Redis connection ${this.name} was not ready within ${timeoutMs} ms`);
      await once(this.#events, "change", { signal: deadline }).catch(() => undefined);
    }
  }

  /** Round trip in ms. Rejects when Redis does not answer in time. */
  async ping(): Promise<number> {
    const begin = performance.now();
    await withTimeout(pingServer(this.client), this.#pingTimeoutMs);
    return performance.now() - begin;
  }

  /**
   * Reconnects, since the connection leads to a server that lost its role or does not deliver.
   * Sentinel, Cluster or DNS then name the right server. Repetitions are paced.
   */
  replace(reason: string): void {
    if (this.#state !== "ready" || !this.#pace.allows(performance.now())) return;
    this.#options.logger.warn("redis connection replaced", { client: this.name, reason });
    this.#hangUp();
  }

  /** Sends QUIT and waits at most one second, then disconnects. Idempotent. */
  async close(): Promise<void> {
    if (this.#state === "closed") return;
    const polite = this.#state === "ready";
    this.#enter("closed");
    clearInterval(this.#pings);
    clearTimeout(this.#handshake);
    clearTimeout(this.#revival);
    if (polite) await withTimeout(this.client.quit(), 1_000).catch(() => undefined);
    this.client.disconnect();
    this.#options.metrics?.redisUp.set({ client: this.name }, 0);
    this.#events.removeAllListeners();
  }

  [Symbol.asyncDispose] = (): Promise<void> => this.close();

  get #commandTimeoutMs(): number {
    return this.#options.commandTimeoutMs ?? 500;
  }

  get #pingTimeoutMs(): number {
    const own = this.#options.pingTimeoutMs ?? 5_000;
    return isImpatient(this.#options.role) ? Math.min(own, this.#commandTimeoutMs) : own;
  }

  #delay(attempt: number): number {
    const last = this.#options.maxReconnectAttempts ?? 10;
    if (attempt > last) return this.#options.delayMs?.(attempt) ?? probeIntervalMs;
    return (this.#options.delayMs ?? reconnectDelayMs)(attempt);
  }

  #watch(): void {
    const { client } = this;
    client.on("error", (error: Error) => this.#complain(error));
    client.on("connect", () => this.#limitHandshake());
    client.on("ready", () => void this.#onReady());
    client.on("close", () => this.#onDown());
    client.on("reconnecting", () => this.#onReconnecting());
    client.on("end", () => this.#revive());
    if (client instanceof Cluster) {
      client.on("node error", (error: Error) => this.#complain(error));
      client.on("subscribersReady", () => this.#onSubscribers());
    }
  }

  /** Bounds the handshake: a hung Redis accepts connections and answers nothing. */
  #limitHandshake(): void {
    clearTimeout(this.#handshake);
    this.#handshake = setTimeout(() => this.#hangUp(), this.#options.connectTimeoutMs ?? 10_000);
    this.#handshake.unref();
  }

  async #onReady(): Promise<void> {
    clearTimeout(this.#handshake);
    if (this.#state === "closed") return;
    try {
      // HELLO is refused in RESP2 subscriber mode; the process has command connections too.
      if (this.#options.role !== "subscriber")
        await withTimeout(checkVersion(this.client), this.#pingTimeoutMs);
    } catch (error) {
      if (this.#isClosed()) return;
      this.#complain(error as Error);
      if (!(error instanceof Error) || error.name !== "RedisVersionError") {
        this.#hangUp();
        return;
      }
      this.#refusal = error;
      this.#enter("failed");
      return;
    }
    if (this.#isClosed() || this.client.status !== "ready") return;
    this.#refusal = undefined;
    this.#attempts = 0;
    this.#complaint = undefined;
    this.#options.metrics?.redisUp.set({ client: this.name }, 1);
    this.#options.logger.info("redis ready", { client: this.name });
    this.#enter("ready");
  }

  #onDown(): void {
    clearTimeout(this.#handshake);
    if (this.#state !== "ready") return;
    this.#options.metrics?.redisUp.set({ client: this.name }, 0);
    this.#options.logger.warn("redis connection lost", { client: this.name });
    this.#enter("reconnecting");
    this.#events.emit("down");
  }

  #onReconnecting(): void {
    if (this.#state === "closed") return;
    this.#onDown();
    this.#attempts += 1;
    this.#options.metrics?.redisReconnects.inc({ client: this.name });
    const failed = this.#attempts > (this.#options.maxReconnectAttempts ?? 10);
    if (failed && this.#state !== "failed") {
      this.#options.logger.error("redis connection failed, probing every 30 s", {
        client: this.name,
        attempts: this.#attempts - 1,
        err: this.#complaint,
      });
      this.#enter("failed");
    }
  }

  /**
   * ioredis ends a client when a fail-over overtakes an attempt to connect (Sentinel): connect
   * again.
   */
  #revive(): void {
    if (this.#state === "closed") return;
    this.#onReconnecting();
    this.#revival = setTimeout(
      () => void this.client.connect().catch(() => undefined),
      this.#delay(this.#attempts),
    );
  }

  #enter(state: RedisState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === "ready" || state === "failed") this.#events.emit(state);
    this.#events.emit("change");
  }

  /** A method: a property would keep its narrowed type after an `await`. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Logs the first error of an outage as a warning, repetitions at debug level. */
  #complain(error: Error): void {
    const level = this.#complaint !== undefined || this.#state === "closed" ? "debug" : "warn";
    this.#complaint = error;
    const message = this.loginRefused ? "redis refuses the login" : "redis error";
    this.#options.logger[level](message, { client: this.name, err: error });
  }

  /** Checks that Redis answers; a hung connection is destroyed, so that callers fail at once. */
  async #suspect(): Promise<void> {
    if (this.#suspected || this.#state !== "ready") return;
    this.#suspected = true;
    try {
      await this.ping();
    } catch (error) {
      if (this.#state !== "ready") return;
      this.#options.logger.warn("redis does not answer", { client: this.name, err: error });
      this.#hangUp();
    } finally {
      this.#suspected = false;
    }
  }

  /** Destroys the connection; ioredis then reconnects on schedule. */
  #hangUp(): void {
    if (this.#state === "closed") return;
    if (this.client instanceof Cluster) this.client.disconnect(true);
    else if (this.client.stream) this.client.stream.destroy();
    else this.client.disconnect(true);
  }

  /**
   * ioredis replaces one shard's lost subscriber by itself, and subscribes again, while the others
   * and we stay `ready`.
   */
  #onSubscribers(): void {
    if (this.#state === "ready") this.#events.emit("resubscribed");
  }
}

/** Opens a connection, which connects and reconnects by itself. Throws for an invalid URL. */
export const connectRedis = (options: RedisConnectionOptions): RedisConnection =>
  new RedisConnection(options);
