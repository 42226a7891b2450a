import type { CommittedEvent } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { Metrics } from "@waiter/metrics";
import type { OutboxCleaner } from "./outbox-cleaner.ts";
import type { PublishEvent } from "./publish-event.ts";

export interface PublisherOptions {
  readonly publishEvent: PublishEvent;
  readonly cleaner: Pick<OutboxCleaner, "add" | "drain">;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "eventsPublished">;
  /** Events waiting at most; what comes on top is left for the relay. */
  readonly maxQueued?: number;
  /** Events sent and not yet answered at most. */
  readonly maxInFlight?: number;
}

/**
 * Publishes what this process committed, after the answer, in the order given.
 *
 * Best effort with a safety net: whatever fails, overflows or dies with the process stays in the outbox, and the relay
 * publishes it about a second later. An event published twice has the same bytes both times.
 */
export class Publisher {
  readonly #options: Required<PublisherOptions>;
  readonly #queue: CommittedEvent[] = [];
  readonly #idle: (() => void)[] = [];
  #inFlight = 0;
  /** One warning per outage, not one per event. */
  #failing = false;

  constructor(options: PublisherOptions) {
    this.#options = { maxQueued: 10_000, maxInFlight: 256, ...options };
  }

  /** Takes an event after its COMMIT. Never throws, never waits. */
  publish(event: CommittedEvent): void {
    if (this.#queue.length >= this.#options.maxQueued) {
      this.#leave(new Error("the publisher's queue is full"));
      return;
    }
    this.#queue.push(event);
    this.#pump();
  }

  /** Resolves when all that was taken is published or left for the relay, and the outbox rows are deleted. */
  async drain(): Promise<void> {
    if (this.#inFlight > 0 || this.#queue.length > 0)
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#options.cleaner.drain();
  }

  #pump(): void {
    while (this.#inFlight < this.#options.maxInFlight) {
      const event = this.#queue.shift();
      if (event === undefined) break;
      this.#inFlight += 1;
      void this.#send(event);
    }
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #send(event: CommittedEvent): Promise<void> {
    try {
      await this.#options.publishEvent(event);
      this.#failing = false;
      this.#options.metrics.eventsPublished.inc({ via: "publisher" });
      this.#options.cleaner.add(event);
    } catch (error) {
      this.#leave(error);
    } finally {
      this.#inFlight -= 1;
      this.#pump();
    }
  }

  #leave(error: unknown): void {
    if (!this.#failing) this.#options.logger.warn("events are left for the relay", { err: error });
    this.#failing = true;
  }
}
