import type { Check } from "./run-checks.ts";

/** What a check needs of a Redis connection. */
export interface PingedRedis {
  readonly state: string;
  /** Whether Redis refused the user or the password at the last attempt. */
  readonly loginRefused: boolean;
  /** Round trip, ms. */
  ping(): Promise<number>;
}

/**
 * `up` with the round trip while the connection is ready and answers, else `down` with its state
 * and whether Redis refuses the login.
 */
export const redisCheck =
  (connection: PingedRedis): Check =>
  async () => {
    const { state, loginRefused } = connection;
    if (state !== "ready") return { status: "down", state, ...(loginRefused && { loginRefused }) };
    return { status: "up", state, pingMs: Math.round(await connection.ping()) };
  };

/** `up` when `ping`, such as `select 1` on a pool, resolves. */
export const postgresCheck =
  (ping: () => Promise<unknown>): Check =>
  async () => {
    await ping();
    return { status: "up" };
  };
