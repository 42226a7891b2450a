import type { Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import {
  createDeliveryProducer,
  createDeliveryTests,
  type DeliveryProducer,
  type DeliveryTests,
} from "@waiter/queues";
import type { RedisConnection } from "@waiter/redis";

/** What the api adds jobs to. */
export interface Queues {
  readonly deliveries: DeliveryProducer;
  readonly deliveryTests: DeliveryTests;
  /** Replaces the notifications of a claimed request; never throws, never blocks. */
  readonly replaceNotifications: (tenantId: string, requestId: string) => void;
}

/** Creates the queues on one connection and defers their closing. */
export function createQueues(
  connection: RedisConnection,
  lifecycle: Lifecycle,
  logger: Logger,
): Queues {
  const queues = {
    deliveries: createDeliveryProducer({ connection, logger }),
    deliveryTests: createDeliveryTests({ connection, logger }),
  };
  for (const [name, queue] of Object.entries(queues))
    lifecycle.defer(`queue ${name}`, () => queue.close());
  return {
    ...queues,
    replaceNotifications: (tenantId, requestId) =>
      void queues.deliveries.add([
        { tenantId, deliveryId: requestId, replaces: requestId, delayMs: 0 },
      ]),
  };
}
