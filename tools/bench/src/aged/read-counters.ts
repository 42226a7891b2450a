import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

/** What Postgres has read so far, of all tables with their indexes. */
export interface ReadCounters {
  /** Shared buffers, hit or read. */
  readonly buffers: number;
  /** Rows that scans returned. */
  readonly rows: number;
  /** When they were read, ms. */
  readonly at: number;
}

/** A session reports its counters 10 s after its last statement at the latest. */
const reportMs = 11_000;

export async function readCounters(admin: pg.Client): Promise<ReadCounters> {
  await sleep(reportMs);
  const { rows } = await admin.query<{ buffers: string; rows: string }>(`
    select sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)) as buffers,
      sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as rows
    from pg_statio_user_tables join pg_stat_user_tables using (relid)`);
  const [row] = rows;
  return { buffers: Number(row?.buffers), rows: Number(row?.rows), at: performance.now() };
}

export interface Readings {
  /** Two readings with nothing sent in between. */
  readonly idle: readonly [ReadCounters, ReadCounters];
  /** The last one. */
  readonly before: ReadCounters;
}

/**
 * Buffers and rows per call of `command`, less what the services read meanwhile for themselves, and
 * the reading at the end.
 */
export async function costOf(
  admin: pg.Client,
  calls: number,
  command: (index: number) => Promise<unknown>,
  { idle, before }: Readings,
): Promise<{ buffers: number; rows: number; after: ReadCounters }> {
  for (let index = 0; index < calls; index += 1) await command(index);
  const after = await readCounters(admin);
  const perCall = (name: "buffers" | "rows"): number => {
    const [from, to] = idle;
    const own = ((to[name] - from[name]) / (to.at - from.at)) * (after.at - before.at);
    return Math.max(0, after[name] - before[name] - own) / calls;
  };
  return { buffers: perCall("buffers"), rows: perCall("rows"), after };
}
