import { once } from "node:events";
import { createServer } from "node:http";
import { createOpsRouter, listenOps as mountOps } from "@waiter/health";
import type { Lifecycle } from "@waiter/lifecycle";
import type { RedisConnection } from "@waiter/redis";
import express from "express";
import { sql } from "kysely";
import type { WorkerContext } from "./context.ts";
import { version } from "./version.ts";

/** Serves probes, metrics and health: the worker has no other routes. Resolves when it listens. */
export async function listenOps(context: WorkerContext, lifecycle: Lifecycle): Promise<void> {
  const { config, metrics, database, relayDatabase, redis, producerRedis } = context;
  const ops = createOpsRouter({
    lifecycle,
    metrics,
    info: { service: "worker", version },
    checks: {
      postgres: () => up(database.ping()),
      relayPostgres: () => up(sql`select 1`.execute(relayDatabase.db)),
      redis: () => checkRedis(redis),
      queueRedis: () => checkRedis(producerRedis),
    },
    dbPool: () => ({ application: database.poolCounts(), relay: relayDatabase.poolCounts() }),
  });
  const app = express().disable("x-powered-by");
  const opsServer = await mountOps(app, ops, config);
  if (opsServer !== undefined) lifecycle.defer("ops server", () => opsServer.close());

  const server = createServer(app).listen(config.PORT, config.HOST);
  await once(server, "listening");
  lifecycle.defer("http server", async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
}

const up = async (answer: Promise<unknown>): Promise<{ status: "up" }> => {
  await answer;
  return { status: "up" };
};

const checkRedis = async (
  connection: RedisConnection,
): Promise<{ status: "up"; latencyMs: number }> => ({
  status: "up",
  latencyMs: Math.round(await connection.ping()),
});
