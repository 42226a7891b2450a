import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { cpuSeconds, cpuTimes } from "../process-stats.ts";
import type { LocalSystem } from "../system/local-system.ts";

/** CPU of the system's processes while nothing is asked, in percent of a core. */
export interface RestingCpu {
  readonly total: ReadonlyMap<string, number>;
  /** Postgres' own processes by kind, and its sessions by who uses them. */
  readonly postgres: ReadonlyMap<string, number>;
}

/**
 * Measures for some seconds. Before that Postgres writes down what the growth left in memory, which
 * it would otherwise do over minutes.
 */
export async function restingCpu(
  system: LocalSystem,
  admin: pg.Client,
  seconds: number,
): Promise<RestingCpu> {
  await admin.query("checkpoint");
  const before = [services(system), await postgres(system, admin)] as const;
  await sleep(seconds * 1_000);
  const after = [services(system), await postgres(system, admin)] as const;
  const percent = (index: 0 | 1): Map<string, number> => {
    const spent = new Map<string, number>();
    for (const [pid, { part, used }] of after[index]) {
      const known = before[index].get(pid)?.used ?? 0;
      spent.set(part, (spent.get(part) ?? 0) + (100 * (used - known)) / seconds);
    }
    return spent;
  };
  const ofPostgres = percent(1);
  const sum = [...ofPostgres.values()].reduce((all, each) => all + each, 0);
  return { total: new Map([...percent(0), ["Postgres", sum]]), postgres: ofPostgres };
}

type Used = Map<number, { readonly part: string; readonly used: number }>;

function services(system: LocalSystem): Used {
  const { apis, gateways, worker, redis } = system.local().pids;
  const parts: [string, readonly number[]][] = [
    ["api", apis],
    ["gateway", gateways],
    ["worker", [worker]],
    ["Redis", redis === null ? [] : [redis]],
  ];
  return new Map(
    parts.flatMap(([part, pids]) => pids.map((pid) => [pid, { part, used: cpuSeconds(pid) }])),
  );
}

async function postgres(system: LocalSystem, admin: pg.Client): Promise<Used> {
  const { rows } = await admin.query<{ pid: number; part: string }>(`
    select pid, case when backend_type = 'client backend' then 'for ' || application_name
      else backend_type end as part
    from pg_stat_activity where pid <> pg_backend_pid()`);
  const used = (pid: number): number => {
    const { user, system: kernel } = cpuTimes(pid);
    return user + kernel;
  };
  const main = system.local().pids.postgres ?? 0;
  return new Map([
    [main, { part: "postmaster", used: used(main) }],
    ...rows.map(({ pid, part }) => [pid, { part, used: used(pid) }] as const),
  ]);
}
