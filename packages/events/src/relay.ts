import type { CommittedEvent, Envelope } from "@waiter/contracts";
import type { RelayDatabase } from "@waiter/database";
import type { Logger } from "@waiter/logger";
import type { Metrics } from "@waiter/metrics";
import { withSpan } from "@waiter/telemetry";
import { deleteOutbox, leaseOutbox, postponeOutbox, type LeaseOptions } from "./lease-outbox.ts";
import { LookBack } from "./look-back.ts";
import { measureOutbox } from "./measure-outbox.ts";
import type { PublishEvent } from "./publish-event.ts";

export interface RelayOptions extends Omit<LeaseOptions, "lookBackMs"> {
  readonly database: Pick<RelayDatabase, "db">;
  readonly publishEvent: PublishEvent;
  /** Whether Redis is reachable; otherwise no row is leased. */
  readonly isReady: () => boolean;
  readonly lookBack?: LookBack;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "eventsPublished" | "outboxUnpublished" | "outboxOldestSeconds">;
}

/** Most links of one span; the SDK drops the rest. */
const maxLinks = 128;

/**
 * Publishes the events that the committing process did not publish: it died, its queue overflowed,
 * or Redis was away.
 *
 * At least once, in seq order per tenant within a batch. Any number of relays may run: a lease (a
 * short statement, never a transaction held across Redis) keeps them apart, and expires if its
 * relay dies. A row that fails waits longer after each attempt, so that it delays no other row.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #lookBack: LookBack;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#lookBack = options.lookBack ?? new LookBack();
  }

  /** One round; `again` when the batch was full and published, so that more rows may wait. */
  async run(): Promise<"again" | undefined> {
    const { database, isReady, batch } = this.#options;
    if (!isReady()) return undefined;
    const startedAt = this.#lookBack.now();
    const lookBackMs = this.#lookBack.next();
    const events = await leaseOutbox(database.db, { ...this.#options, lookBackMs });
    if (events.length < batch) this.#lookBack.complete(startedAt, lookBackMs);
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
      await postponeOutbox(database.db, failed);
    }
    return events.length === batch ? "again" : undefined;
  }

  /**
   * Sets the gauges. When the outbox cannot be read it removes their values and rejects: an old
   * value would be wrong.
   */
  async measure(): Promise<void> {
    const { database, metrics } = this.#options;
    try {
      const { count, oldestSeconds } = await measureOutbox(database.db, this.#lookBack.next());
      metrics.outboxUnpublished.set(count);
      metrics.outboxOldestSeconds.set(oldestSeconds);
    } catch (error) {
      this.forgetMeasures();
      throw error;
    }
  }

  /** Removes the gauges' values: another worker measures now. */
  forgetMeasures(): void {
    const { metrics } = this.#options;
    metrics.outboxUnpublished.remove();
    metrics.outboxOldestSeconds.remove();
  }
}
