import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { LocalSystem } from "../system/local-system.ts";

/** What one statement costs the server, over all its executions since the last reset. */
export interface StatementCost {
  readonly application: string;
  readonly query: string;
  readonly calls: number;
  /** ms of planning and execution, waits included. */
  readonly ms: number;
  readonly walBytes: number;
}

/**
 * Restarts the system's Postgres with pg_stat_statements, which itself costs time: only after the
 * measurements. The launcher starts a Postgres that has ended again.
 */
export async function countStatements(system: LocalSystem): Promise<pg.Client> {
  const { postgres } = system.local().pids;
  const before = await connect(system);
  await before.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
  await before.query("alter system set pg_stat_statements.track_planning = on");
  await before.query("alter system set compute_query_id = on");
  before.on("error", () => undefined);
  process.kill(postgres ?? 0, "SIGINT");
  for (const until = Date.now() + 60_000; ;) {
    await delay(500);
    try {
      if (system.local().pids.postgres === postgres) throw new Error("it has not started yet");
      const admin = await connect(system);
      await admin.query("create extension if not exists pg_stat_statements");
      return admin;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

async function connect(system: LocalSystem): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: system.adminDatabaseUrl });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

export const forgetStatements = async (admin: pg.Client): Promise<void> => {
  await admin.query("select pg_stat_statements_reset()");
};

/** The statements of all roles, dearest first; statements of no parameter keep their texts. */
export async function readStatements(admin: pg.Client): Promise<StatementCost[]> {
  const { rows } = await admin.query<StatementCost>(`
    select rolname as application, regexp_replace(query, '\\s+', ' ', 'g') as query,
      calls::float8 as calls, total_exec_time + total_plan_time as ms, wal_bytes::float8 as "walBytes"
    from pg_stat_statements join pg_roles on pg_roles.oid = userid
    where query not like '%pg_stat_statements%'
    order by total_exec_time + total_plan_time desc`);
  return rows;
}
