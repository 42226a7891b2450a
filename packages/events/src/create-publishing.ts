import type { CommittedEvent } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import type { Logger } from "@waiter/logger";
import type { Metrics } from "@waiter/metrics";
import { RedisReplayLog, type ReplayLog } from "@waiter/replay-log";
import type { Cluster, Redis } from "ioredis";
import { createEmitter, type WaiterEmitter } from "./create-emitter.ts";
import { OutboxCleaner } from "./outbox-cleaner.ts";
import { createPublishEvent, type PublishEvent } from "./publish-event.ts";
import { Publisher } from "./publisher.ts";
import { changeEpoch } from "./reconcile-heads.ts";

export interface PublishingOptions {
  readonly database: Pick<Database, "inTenant" | "db">;
  /** A connection of role `publisher` or `command`. */
  readonly client: Redis | Cluster;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "eventsPublished">;
}

/** How a process publishes: one set per process. */
export interface Publishing {
  readonly log: ReplayLog;
  readonly emitter: WaiterEmitter;
  /** Publishes one event and waits for Redis: what the relay uses. */
  readonly publishEvent: PublishEvent;
  /** Queues events after their COMMIT: what commands use. Drain it before the process ends. */
  readonly publisher: Publisher;
}

/**
 * Wires replay log, emitter, publisher and outbox cleaner: the same in the api and in the worker.
 *
 * When the log holds another event with the same epoch and number, the database was restored to an
 * earlier state: the tenant then gets a new epoch.
 */
export function createPublishing({
  database,
  client,
  logger,
  metrics,
}: PublishingOptions): Publishing {
  const log = new RedisReplayLog(client);
  const emitter = createEmitter(client, {
    onError: (error) => logger.debug("an emit failed", { err: error }),
  });
  const onDiverged = ({ tenantId, epoch }: CommittedEvent): void => {
    logger.warn("the database was restored to an earlier state: the tenant gets a new epoch", {
      tenant: tenantId,
    });
    changeEpoch(database, log, tenantId, { from: epoch }).catch((err: unknown) =>
      logger.error("the epoch could not be changed", { tenant: tenantId, err }),
    );
  };
  const publishEvent = createPublishEvent({ log, onDiverged });
  const publisher = new Publisher({
    publishEvent,
    cleaner: new OutboxCleaner({ database }),
    logger,
    metrics,
  });
  return { log, emitter, publishEvent, publisher };
}
