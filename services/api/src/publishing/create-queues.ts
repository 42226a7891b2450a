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
  /**
   * Replaces the notifications of a request that no longer waits; never throws, never blocks.
   * `device`: it reported one; its job is added also while the request's own one runs.
   */
  readonly replaceNotifications: (tenantId: string, requestId: string, device?: string) => void;
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
    replaceNotifications: (tenantId, requestId, device) => {
      const job = { tenantId, deliveryId: requestId, replaces: requestId, device };
      void queues.deliveries.add([{ ...job, delayMs: 0 }]);
    },
  };
}
