import type { Database } from "@waiter/database";
import type { Check } from "@waiter/health";
import type { RedisConnection } from "@waiter/redis";

type Pinged = Pick<RedisConnection, "ping" | "state">;

/** How the api's dependencies are, for health; none of them decides about liveness or readiness. */
export function dependencyChecks({
  database,
  redis,
  queueRedis,
}: {
  database: Pick<Database, "ping">;
  redis: Pinged;
  queueRedis: Pinged;
}): Record<string, Check> {
  return {
    postgres: async () => {
      await database.ping();
      return { status: "up" };
    },
    redis: () => pinged(redis),
    queueRedis: () => pinged(queueRedis),
  };
}

async function pinged(connection: Pinged): ReturnType<Check> {
  if (connection.state !== "ready") return { status: "down", state: connection.state };
  return { status: "up", state: connection.state, pingMs: Math.round(await connection.ping()) };
}
