import type pg from "pg";
import type { Progress } from "../progress.ts";

export interface Growth {
  readonly tenants: number;
  /** Closed requests of the one large tenant, over three years; each other tenant gets one. */
  readonly requests: number;
  readonly seed: number;
  /** The large tenant, and one of its tables. */
  readonly tenantId: string;
}

const months = 36;
const batch = 5_000;
/** SQL of a valid UUID that depends on the seed, a kind and a number only. */
export const seededId = (seed: string, kind: string, n: string): string =>
  `overlay(overlay(md5(${seed} || '${kind}' || ${n}) placing '4' from 13) placing '8' from 17)::uuid`;
const id = (kind: string) => seededId("$1::text", kind, "n");

/**
 * Adds many tenants and three years of history to a database, as its owner and without the api. The
 * same seed gives the same rows, relative to today; another seed adds others. Row level security
 * does not bind `admin`.
 */
export async function growDatabase(
  admin: pg.Client,
  growth: Growth,
  progress: Progress,
): Promise<void> {
  await growTenants(admin, growth, progress);
  await growHistory(admin, growth, progress);
}

/** The tenants of {@link growDatabase}, each with a table, a type and a counter. */
export async function growTenants(
  admin: pg.Client,
  { tenants, seed }: Pick<Growth, "tenants" | "seed">,
  progress: Progress,
): Promise<void> {
  await admin.query("set synchronous_commit = off");
  await inBatches(tenants, "tenants", progress, async (range) => {
    const insert = (text: string) => admin.query(`${text} from ${range}`, [seed]);
    await insert(
      `insert into tenant (id, slug, name) select ${id("t")}, 'r' || $1::text || '-' || n, 'Restaurant ' || n`,
    );
    await insert(`insert into tenant_counter (tenant_id, seq) select ${id("t")}, 0`);
    await insert(`insert into request_type (tenant_id, key, label, icon)
      select ${id("t")}, 'waiter', 'Call waiter', 'w'`);
    await insert(`insert into dining_table (tenant_id, id, label, token)
      select ${id("t")}, ${id("d")}, '1', ${id("k")}::text`);
  });
  await admin.query("vacuum analyze");
}

/** The three years of {@link growDatabase}, of tenants that {@link growTenants} added. */
export async function growHistory(
  admin: pg.Client,
  { tenants, requests, seed, tenantId }: Growth,
  progress: Progress,
): Promise<void> {
  await admin.query("set synchronous_commit = off");
  await admin.query(
    `select ensure_request_history((now() - make_interval(months => n))::date)
     from generate_series(0, ${months}) n`,
  );
  await inBatches(tenants, "history", progress, (range) =>
    admin.query(historyOf({ tenant: id("t"), table: id("d"), of: tenants, range }), [seed]),
  );
  const { rows } = await admin.query<{ id: string }>(
    "select id from dining_table where tenant_id = $1 order by label limit 1",
    [tenantId],
  );
  const [tenant, table] = [`'${tenantId}'::uuid`, `'${rows[0]?.id}'::uuid`];
  await inBatches(requests, "requests", progress, (range) =>
    admin.query(historyOf({ tenant, table, of: requests, range }), [seed]),
  );
  progress.update("events");
  await admin.query(
    `with kept as (
       insert into event (tenant_id, seq, epoch, id, type, request_id, at, envelope)
       select counter.tenant_id, counter.seq + n, counter.epoch, ${id("e")}, 'request.created',
         ${id("q")}, now(), repeat('x', 600)
       from tenant_counter counter, generate_series(1, $3::integer) n where counter.tenant_id = $2
       returning seq)
     update tenant_counter set seq = (select max(seq) from kept) where tenant_id = $2`,
    [seed, tenantId, Math.ceil((3 * requests) / months)],
  );
  progress.update("vacuum");
  await admin.query("vacuum analyze");
}

/** Runs `insert` with SQL that gives the numbers `n` of each batch. */
async function inBatches(
  count: number,
  what: string,
  progress: Progress,
  insert: (range: string) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += batch) {
    progress.update(what, from, count);
    await insert(`generate_series(${from + 1}, ${Math.min(from + batch, count)}) n`);
  }
}

interface History {
  /** SQL expressions. */
  readonly tenant: string;
  readonly table: string;
  readonly range: string;
  readonly of: number;
}

/** One closed request per `n` of the range, spread evenly over the months. */
const historyOf = ({ tenant, table, range, of }: History): string => `
  insert into request_history (tenant_id, id, table_id, type, state, level, version, created_at,
    updated_at, closed_at, round)
  select ${tenant}, ${id("q")}, ${table}, 'waiter', 'completed', 0, 3, at, at, at, 1
  from (select n, now() - interval '1 hour'
    - ${months} * interval '30 days' * (n::float8 / ${of}) as at from ${range}) history`;
