import { setTimeout as sleep } from "node:timers/promises";
import { startPostgresPair, startRedis } from "@waiter/testkit";
import { Redis } from "ioredis";
import pg from "pg";
import { Cutter } from "./cutter.ts";
import type { Topology } from "./topology.ts";

/** One administrative statement. */
async function onPostgres(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function onRedis(url: string, command: string, ...args: readonly string[]): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

/**
 * A Postgres with a synchronous standby and a Redis with a replica, each behind a relay. A switch
 * promotes the other server and sends new connections there; the present ones stay on the server
 * that only reads from then on.
 */
export async function failOver(): Promise<Topology> {
  await using stack = new AsyncDisposableStack();
  const pair = stack.use(await startPostgresPair());
  await onPostgres(
    pair.primary.adminUrl,
    "alter system set synchronous_standby_names = '*'",
    "select pg_reload_conf()",
  );
  const postgres = stack.use(await Cutter.start(Number(new URL(pair.primary.adminUrl).port)));
  let [leader, follower] = [stack.use(await startRedis()), stack.use(await startRedis())];
  await onRedis(follower.url, "REPLICAOF", "127.0.0.1", String(leader.port));
  const redis = stack.use(await Cutter.start(leader.port));
  const redisUrl = redis.origin.replace("http:", "redis:");
  const databaseUrl = new URL(pair.primary.ownerUrl);
  databaseUrl.port = new URL(postgres.origin).port;
  const owned = stack.move();
  let promoted = false;
  return {
    env: { DATABASE_URL: databaseUrl.href, REDIS_URL: redisUrl, QUEUE_REDIS_URL: redisUrl },
    faults: (random) => ({
      async "fail postgres over"() {
        if (promoted) return `${postgres.cut(() => true)} connections to Postgres cut`;
        promoted = true;
        const dies = random.next() < 0.5;
        await onPostgres(
          pair.primary.adminUrl,
          "alter system set default_transaction_read_only = on",
          "select pg_reload_conf()",
        );
        await sleep(200);
        if (dies) await pair.primary.kill();
        await onPostgres(pair.standby.adminUrl, "select pg_promote()");
        postgres.redirect(Number(new URL(pair.standby.adminUrl).port));
        return dies
          ? "Postgres died, its standby was promoted"
          : "a standby was promoted, sessions stayed on the old server, which reads only";
      },
      async "leave connections on the wrong redis"() {
        await onRedis(follower.url, "REPLICAOF", "NO", "ONE");
        redis.redirect(follower.port);
        await onRedis(leader.url, "REPLICAOF", "127.0.0.1", String(follower.port));
        [leader, follower] = [follower, leader];
        await sleep(random.between(500, 3_000));
        return "the replica became the master, connections stayed on the old one";
      },
      async "restart redis"() {
        await leader.stop();
        await leader.restart();
        return "redis restarted";
      },
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
