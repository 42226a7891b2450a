import type { CommittedEvent, Envelope } from "@waiter/contracts";
import type { RelayDatabase } from "@waiter/database";
import type { Logger } from "@waiter/logger";
import type { Metrics } from "@waiter/metrics";
import { withSpan } from "@waiter/telemetry";
import {
  deleteOutbox,
  leaseOutbox,
  measureOutbox,
  releaseOutbox,
  type LeaseOptions,
} from "./lease-outbox.ts";
import type { PublishEvent } from "./publish-event.ts";

export interface RelayOptions extends LeaseOptions {
  readonly database: Pick<RelayDatabase, "db">;
  readonly publishEvent: PublishEvent;
  /** Whether Redis is reachable; otherwise no row is leased. */
  readonly isReady: () => boolean;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "eventsPublished" | "outboxUnpublished" | "outboxOldestSeconds">;
}

/** Most links of one span; the SDK drops the rest. */
const maxLinks = 128;

/**
 * Publishes what the process that committed it did not: it died, its queue overflowed, or Redis was
 * away.
 *
 * At least once, per tenant in seq order within a batch. Any number of relays may run: a lease (a
 * short statement, never a transaction held across Redis) keeps them apart, and what a dead relay
 * had leased is free again when its lease is over.
 */
export class Relay {
  readonly #options: RelayOptions;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /**
   * One round; `again` when the batch was full and all of it went out, so that more may be waiting.
   */
  async run(): Promise<"again" | undefined> {
    const { database, isReady } = this.#options;
    if (!isReady()) return undefined;
    const events = await leaseOutbox(database.db, this.#options);
    if (events.length === 0) return undefined;
    // A batch belongs to no single trace: it links to the traces of its events.
    const links = events
      .slice(0, maxLinks)
      .map(({ envelope }) => (JSON.parse(envelope) as Envelope).traceparent);
    return await withSpan(
      "outbox relay",
      { links, attributes: { "messaging.batch.message_count": events.length } },
      () => this.#publish(events),
    );
  }

  async #publish(events: CommittedEvent[]): Promise<"again" | undefined> {
    const { database, publishEvent, batch, logger, metrics } = this.#options;
    const outcomes = await Promise.allSettled(events.map(publishEvent));
    const published = events.filter((_, index) => outcomes[index]?.status === "fulfilled");
    const failed = events.filter((_, index) => outcomes[index]?.status === "rejected");
    await deleteOutbox(database.db, published);
    metrics.eventsPublished.inc({ via: "relay" }, published.length);
    if (published.length > 0)
      logger.info("relay published leftover events", { events: published.length });
    if (failed.length > 0) {
      const err = outcomes.find((outcome) => outcome.status === "rejected")?.reason;
      logger.warn("relay could not publish events", { events: failed.length, err });
      await releaseOutbox(database.db, failed);
      return undefined;
    }
    return events.length === batch ? "again" : undefined;
  }

  /**
   * Sets the gauges. Rejects where the outbox cannot be read, and then there is no number: the last
   * one would say that all is well.
   */
  async measure(): Promise<void> {
    const { database, metrics } = this.#options;
    try {
      const { count, oldestSeconds } = await measureOutbox(database.db);
      metrics.outboxUnpublished.set(count);
      metrics.outboxOldestSeconds.set(oldestSeconds);
    } catch (error) {
      metrics.outboxUnpublished.remove();
      metrics.outboxOldestSeconds.remove();
      throw error;
    }
  }
}
