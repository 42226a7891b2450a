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
  readonly replaceNotifications: ReplaceNotifications;
}

/**
 * Replaces the notifications of a request that no longer waits; never throws, never blocks. One
 * that is over is replaced once it can no longer be undone, if it is over then: a notification that
 * was replaced offers no claim. `device`: it reported one; its job is added also while the
 * request's own one runs.
 */
export type ReplaceNotifications = (
  tenantId: string,
  request: { readonly requestId: string; readonly isOver: boolean; readonly device?: string },
) => void;

/** ms in which a cancellation or a dismissal can be undone. */
const undoMs = 30_000;

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
    replaceNotifications: (tenantId, { requestId, isOver, device }) => {
      const job = { tenantId, deliveryId: requestId, replaces: requestId, isOver, device };
      void queues.deliveries.add([{ ...job, delayMs: isOver ? undoMs : 0 }]);
    },
  };
}
