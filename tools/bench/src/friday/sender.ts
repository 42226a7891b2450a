import { deliveryJob, queueNames } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { recordDelivery, takeDelivery } from "@waiter/ledger";
import { createWorker, type QueueWorker } from "@waiter/queues";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";

export interface SenderOptions {
  readonly database: Database;
  readonly connection: Pick<RedisConnection, "client">;
  readonly logger: Logger;
}

/** A plain sender of pushes: one post per row, without encryption and retries. */
export const startSender = ({ database, connection, logger }: SenderOptions): QueueWorker =>
  createWorker(queueNames.deliveries, {
    connection,
    concurrency: 10,
    schema: deliveryJob,
    logger,
    process: async ({ tenantId, deliveryId }) => {
      const taken = await database.inTenant(tenantId, (tx) => takeDelivery(tx, deliveryId));
      if (taken.status === "early") return { status: "later", inMs: taken.inMs };
      if (taken.status === "over") return { status: "done" };
      const { staffId, requestId } = taken.delivery;
      const endpoint = await database.inTenant(tenantId, (tx) =>
        tx
          .selectFrom("push_subscription")
          .select("endpoint")
          .where("staff_id", "=", staffId ?? "")
          .executeTakeFirst(),
      );
      const topic = Buffer.from(requestId.replaceAll("-", ""), "hex").toString("base64url");
      const status =
        endpoint === undefined
          ? 0
          : (await fetch(endpoint.endpoint, { method: "POST", headers: { topic } })).status;
      const outcome =
        status === 201
          ? ({ state: "sent" } as const)
          : ({
              state: "failed",
              reason: status === 0 ? "no_subscription" : `http_${status}`,
            } as const);
      await database.inTenant(tenantId, (tx) => recordDelivery(tx, deliveryId, outcome));
      return { status: "done" };
    },
  });
