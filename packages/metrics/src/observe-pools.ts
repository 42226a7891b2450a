import type { Metrics } from "./create-metrics.ts";

/** Connections of a pool by state, and its maximum. */
export interface PoolState {
  readonly active: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
  readonly max: number;
}

const states = ["active", "idle", "waiting", "max"] as const;

/** Makes the gauge read the sum of this process' Postgres pools at each scrape. Call once. */
export function observePools(
  { dbPoolConnections }: Pick<Metrics, "dbPoolConnections">,
  pools: () => readonly PoolState[],
): void {
  // prom-client calls a metric's `collect` before it reads the metric.
  Object.assign(dbPoolConnections, {
    collect: () => {
      const all = pools();
      for (const state of states) {
        dbPoolConnections.set(
          { state },
          all.reduce((sum, pool) => sum + pool[state], 0),
        );
      }
    },
  });
}
