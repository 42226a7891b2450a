import type { Database } from "@waiter/database";
import type { Metrics } from "@waiter/metrics";

/** Sets the gauge of this process' Postgres connections. */
export function measurePool(database: Pick<Database, "poolCounts">, metrics: Pick<Metrics, "dbPoolConnections">): void {
  const { active, idle, waiting } = database.poolCounts();
  for (const [state, count] of Object.entries({ active, idle, waiting })) metrics.dbPoolConnections.set({ state }, count);
}
