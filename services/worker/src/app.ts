import { mountOps, postgresCheck, redisCheck } from "@waiter/health";
import type { Lifecycle } from "@waiter/lifecycle";
import { observePostgres } from "@waiter/metrics";
import express, { type Express } from "express";
import { sql } from "kysely";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/**
 * Probes, metrics and health: the worker has no other routes. Resolves once OPS_PORT, where there
 * is one, listens.
 */
export async function createApp(context: Context, lifecycle: Lifecycle): Promise<Express> {
  const { config, metrics, database, relayDatabase, redis, producerRedis } = context;
  const pingRelay = () => sql`select 1`.execute(relayDatabase.db);
  observePostgres(metrics, { application: () => database.ping(), relay: pingRelay });
  const app = express().disable("x-powered-by");
  await mountOps(
    { app, lifecycle, config },
    {
      metrics,
      info: { service: "worker", version },
      checks: {
        postgres: postgresCheck(() => database.ping()),
        relayPostgres: postgresCheck(pingRelay),
        redis: redisCheck(redis),
        queueRedis: redisCheck(producerRedis),
      },
      dbPool: () => ({ application: database.poolCounts(), relay: relayDatabase.poolCounts() }),
    },
  );
  return app;
}
