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
  /** Most events that wait; the relay publishes those beyond it. */
  readonly maxQueued?: number;
  /** Most events sent and not yet answered. */
  readonly maxInFlight?: number;
}

/**
 * Publishes the events that this process committed, in the order given, without delaying the
 * response.
 *
 * Best effort: an event that fails, overflows the queue or dies with the process stays in the
 * outbox, and the relay publishes it about a second later. A republished event has the same bytes.
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

  /** Queues an event after its COMMIT. Never throws, never waits. */
  publish(event: CommittedEvent): void {
    if (this.#queue.length >= this.#options.maxQueued) {
      this.#leave(new Error("the publisher's queue is full"));
      return;
    }
    this.#queue.push(event);
    this.#pump();
  }

  /**
   * Resolves when every queued event is published or left for the relay, and outbox rows are
   * deleted.
   */
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
    if (!this.#failing)
      this.#options.logger.warn("publisher left events for the relay", { err: error });
    this.#failing = true;
  }
}
