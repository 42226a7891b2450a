import type { Check } from "./run-checks.ts";

/** What a check needs of a Redis connection. */
export interface PingedRedis {
  readonly state: string;
  /** Round trip, ms. */
  ping(): Promise<number>;
}

/**
 * `up` with the round trip while the connection is ready and answers, else `down` with its state.
 */
export const redisCheck =
  (connection: PingedRedis): Check =>
  async () => {
    const { state } = connection;
    if (state !== "ready") return { status: "down", state };
    return { status: "up", state, pingMs: Math.round(await connection.ping()) };
  };

/** `up` when `ping`, such as `select 1` on a pool, resolves. */
export const postgresCheck =
  (ping: () => Promise<unknown>): Check =>
  async () => {
    await ping();
    return { status: "up" };
  };
