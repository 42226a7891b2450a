import pg from "pg";

/** Limits of one pool. Times in ms. */
export interface PoolOptions {
  readonly url: string;
  /** Most connections. */
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Longest wait of a caller for a connection, ms. */
  readonly connectTimeoutMs?: number;
  /**
   * How long one statement may run, checked here, so that a server that hangs costs nobody more.
   */
  readonly queryTimeoutMs?: number;
}

const int8 = 20;

/** seq and counts stay far below 2^53, so int8 is parsed as a number. */
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    query_timeout: options.queryTimeoutMs ?? 15_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types,
  });
  // A connection that dies says so twice: to its query, which handles it, and by this event, which
  // unheard ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", () => undefined);
  return pool;
}

/** Current use of a pool, for `/api/health/db-pool` and the gauge. */
export interface PoolCounts {
  readonly total: number;
  readonly idle: number;
  readonly active: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
  readonly max: number;
}

export const poolCounts = (pool: pg.Pool): PoolCounts => ({
  total: pool.totalCount,
  idle: pool.idleCount,
  active: pool.totalCount - pool.idleCount,
  waiting: pool.waitingCount,
  max: pool.options.max,
});
