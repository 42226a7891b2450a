import type pg from "pg";
import { cpuTimes, type CpuTimes } from "../process-stats.ts";

/** Processes that work for a server: a name for each part, and how to find its process ids now. */
export type Parts = ReadonlyMap<string, readonly number[]>;

/** CPU seconds of each process, by part. */
export type PartTimes = ReadonlyMap<string, ReadonlyMap<number, CpuTimes>>;

/**
 * The server processes of Postgres, by who uses them: `Postgres for <application>`, and
 * `Postgres itself` for what works for all (checkpointer, WAL writer, autovacuum).
 */
export async function postgresParts(admin: pg.Client, postmaster: number): Promise<Parts> {
  const { rows } = await admin.query<{ part: string; pid: number }>(`
    select pid, case when backend_type <> 'client backend' then 'itself'
      when application_name = '' then 'for peers' else 'for ' || application_name end as part
    from pg_stat_activity where pid <> pg_backend_pid()`);
  const parts = new Map<string, number[]>([["Postgres itself", [postmaster]]]);
  for (const { part, pid } of rows) {
    const name = `Postgres ${part}`;
    parts.set(name, [...(parts.get(name) ?? []), pid]);
  }
  return parts;
}

export const timesOf = (parts: Parts): PartTimes =>
  new Map(
    [...parts].map(([name, pids]) => [name, new Map(pids.map((pid) => [pid, cpuTimes(pid)]))]),
  );

/**
 * CPU seconds by part between two looks, `<part>, user` and `<part>, system`. A process that began
 * in between counts from its begin; a process that ended counts up to the first look.
 */
export function timesBetween(before: PartTimes, after: PartTimes): Map<string, number> {
  const known = new Map([...before.values()].flatMap((each) => [...each]));
  const spent = new Map<string, number>();
  const add = (name: string, seconds: number) => spent.set(name, (spent.get(name) ?? 0) + seconds);
  for (const [part, processes] of after)
    for (const [pid, { user, system }] of processes) {
      add(`${part}, user`, user - (known.get(pid)?.user ?? 0));
      add(`${part}, system`, system - (known.get(pid)?.system ?? 0));
    }
  return spent;
}
