import type { Context } from "../context.ts";
import { RedisWatch, type RedisWatchOptions } from "../subscriptions/redis-watch.ts";
import { SelfTest } from "../subscriptions/self-test.ts";

export type RedisWatchDeps = Pick<RedisWatchOptions, "barrier" | "onDegraded" | "onRestored">;

/** Whether this gateway's Redis is usable, and the rounds of messages that prove it. */
export interface WatchedRedis {
  readonly watch: RedisWatch;
  readonly selfTest: SelfTest;
}

/** Wires the watch over the gateway's Redis connections and the self-test whose result it takes. */
export function createRedisWatch(context: Context, deps: RedisWatchDeps): WatchedRedis {
  const { command, publisher, subscriber, settings, logger } = context;
  const selfTest = new SelfTest({
    gatewayId: settings.gatewayId,
    writers: [command, publisher],
    subscriber,
    barrier: deps.barrier,
    intervalMs: settings.selfTestIntervalMs,
    waitMs: settings.selfTestWaitMs,
    onChange: () => watch.look(),
    logger,
  });
  const watch: RedisWatch = new RedisWatch({
    ...deps,
    command,
    publisher,
    subscriber,
    selfTest,
    logger,
  });
  return { watch, selfTest };
}
