import type { Home } from "../home/home.ts";
import { givenDatabases, startPostgres } from "../stores/start-postgres.ts";
import { startRedis } from "../stores/start-redis.ts";
import type { Databases, StoreProcess } from "../stores/stores.ts";
import { step } from "./progress.ts";

/** The stores of a system. A server that the environment names has no process here. */
export interface Stores {
  readonly databases: Databases;
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  readonly postgres: StoreProcess | undefined;
  readonly redis: StoreProcess | undefined;
}

export interface StartStores {
  readonly home: Home;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the start between two servers. */
  readonly signal: AbortSignal;
  /** Receives each server as soon as it runs, so that a start that fails later stops it too. */
  readonly keep: (server: StoreProcess, name: string) => void;
}

/** Starts Postgres and Redis, each unless the environment names one. */
export async function startStores({ home, env, signal, keep }: StartStores): Promise<Stores> {
  const given = givenDatabases(env, home);
  const postgres =
    given === undefined ? await step("Starting Postgres", () => startPostgres(home)) : undefined;
  if (postgres !== undefined) keep(postgres.server, "Postgres");
  const databases = given ?? postgres?.databases;
  if (databases === undefined) throw new Error("there is no database");
  signal.throwIfAborted();

  const redisGiven = givenRedis(env);
  const redis =
    redisGiven === undefined
      ? await step("Starting Redis", () => startRedis(home, env, console.log))
      : undefined;
  if (redis !== undefined) keep(redis.server, "Redis");
  const redisUrl = redisGiven ?? redis?.url ?? "";
  signal.throwIfAborted();
  return {
    databases,
    redisUrl,
    queueRedisUrl: env["QUEUE_REDIS_URL"] ?? redisUrl,
    postgres: postgres?.server,
    redis: redis?.server,
  };
}

function givenRedis(env: StartStores["env"]): string | undefined {
  const { REDIS_URL: url, REDIS_HOST: host, REDIS_PORT: port = "6379" } = env;
  return url ?? (host === undefined ? undefined : `redis://${host}:${port}`);
}
