import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import type { SelfTest } from "./self-test.ts";
import type { SubscriptionBarrier } from "./subscription-barrier.ts";

export interface RedisWatchOptions {
  readonly command: RedisConnection;
  readonly publisher: RedisConnection;
  readonly subscriber: RedisConnection;
  readonly barrier: SubscriptionBarrier;
  readonly selfTest: SelfTest;
  /** Interval of the PING on the command connection, in ms. */
  readonly heartbeatMs?: number;
  readonly onDegraded: () => void;
  /** Redis is back and all rooms are subscribed; messages may have been missed before. */
  readonly onRestored: () => void;
  readonly logger: Logger;
}

/**
 * Whether this gateway's Redis is usable. Degraded from the loss of a connection until all
 * are back and every room is subscribed again, and while the self-test fails. A hanging Redis keeps
 * its connections open; the heartbeat detects it. A Cluster shard that lost its connection or
 * master interrupts without degrading.
 */
export class RedisWatch {
  readonly #options: RedisWatchOptions;
  #degraded = false;
  #restoring = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RedisWatchOptions) {
    this.#options = options;
  }

  get isDegraded(): boolean {
    return this.#degraded;
  }

  start(): void {
    const { command, publisher, subscriber, barrier, heartbeatMs = 2_000 } = this.#options;
    for (const connection of [command, publisher]) {
      connection.on("down", () => this.look());
      connection.on("ready", () => this.look());
    }
    subscriber.on("down", () => {
      barrier.interrupt();
      this.look();
    });
    subscriber.on("ready", () => void this.#restore());
    subscriber.on("resubscribed", () => void this.#restore(true));
    // Redis is away at the start: nothing is subscribed yet.
    if (subscriber.state !== "ready") barrier.interrupt();
    this.#heartbeat = setInterval(() => void command.ping().catch(() => undefined), heartbeatMs);
    this.#heartbeat.unref();
    this.look();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
  }

  async #restore(oneShard = false): Promise<void> {
    this.#restoring += 1;
    const whole = await this.#options.barrier.restore();
    this.#restoring -= 1;
    if (!whole) return;
    this.#options.logger.info("rooms are subscribed again", {
      channels: this.#options.barrier.size,
    });
    if (oneShard && !this.#degraded && !this.#closed) this.#options.onRestored();
    this.look();
  }

  /** Evaluates the state again. */
  readonly look = (): void => {
    if (this.#closed) return;
    const { command, publisher, subscriber, selfTest, onDegraded, onRestored, logger } =
      this.#options;
    const isBroken =
      [command, publisher, subscriber].some(({ state }) => state !== "ready") ||
      !selfTest.isWorking;
    const degraded = isBroken || this.#restoring > 0;
    if (degraded === this.#degraded) return;
    // Resubscribing after a slot change is no outage.
    if (degraded && !isBroken) return;
    this.#degraded = degraded;
    logger.warn(
      degraded
        ? "redis is unavailable: sync and heads go through the api"
        : "redis is available again",
    );
    if (degraded) onDegraded();
    else onRestored();
  };
}
