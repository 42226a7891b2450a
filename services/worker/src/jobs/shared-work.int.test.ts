import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  acquireLease,
  createDatabase,
  createRelayDatabase,
  createTenant,
  deletedTenants,
  deleteTenant,
  LeaseLostError,
  type Database,
} from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import { putDuty } from "@waiter/restaurant";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { setStage } from "../testing/worker-stage.ts";
import { asLeader } from "./as-leader.ts";
import { claimDueDeadlines } from "./claim-due-deadlines.ts";
import { readNextDue } from "./measure-deadlines.ts";
import { deleteTenants } from "./delete-tenants.ts";
import { endDuty } from "./end-duty.ts";
import { purgeOldRows } from "./purge-old-rows.ts";

const never = new AbortController().signal;
const metrics = createMetrics({ defaults: false });

/** The database, and the tenants of its transactions. */
function counted(database: Database) {
  const transactions: string[] = [];
  const counting: Database = {
    ...database,
    inTenant: (tenantId, fn, options) => {
      transactions.push(tenantId);
      return database.inTenant(tenantId, fn, options);
    },
  };
  return { database: counting, transactions };
}
const newTenant = (database: Database) =>
  createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });

test("a purge costs transactions only for tenants with old rows, once", async () => {
  await using stage = await setStage();
  for (let count = 0; count < 10; count += 1) await newTenant(stage.database);
  const { database, transactions } = counted(stage.database);
  const context = {
    database,
    logger: silentLogger,
    metrics,
    config: { EVENT_RETENTION: 86_400_000 } as never,
  };
  const run = (everyMs: number) =>
    asLeader(context, {
      name: "purge",
      everyMs,
      work: (lease) => purgeOldRows(context, lease, never),
    });
  await run(0);
  expect(transactions).toEqual([]);

  await stage.database.inTenant(stage.tenantId, (tx) =>
    sql`insert into answer (tenant_id, principal, key, request_hash, status, body, created_at)
      select ${stage.tenantId}, 'p', number::text, 'h', 200, '{}', now() - interval '2 days'
      from generate_series(1, 5001) as number`.execute(tx),
  );
  await Promise.all([run(0), run(0), run(0)]);
  expect(transactions).toEqual([stage.tenantId, stage.tenantId]);
  const left = await stage.database.inTenant(stage.tenantId, (tx) =>
    tx.selectFrom("answer").select("key").execute(),
  );
  expect(left).toEqual([]);
  await run(3_600_000);
  expect(transactions).toHaveLength(2);
}, 60_000);

test("three sweepers claim each due deadline once", async () => {
  await using stage = await setStage();
  for (let count = 0; count < 4; count += 1) await stage.call();
  await stage.database.inTenant(stage.tenantId, (tx) =>
    sql`update deadline set due_at = now() - interval '1 minute'`.execute(tx),
  );
  await using relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 3, name: "relay" });
  const sweep = async (): Promise<string[]> => {
    const claimed: string[] = [];
    const due = { claimMs: 60_000, page: 2 };
    for await (const page of claimDueDeadlines(relay.db, due))
      claimed.push(...page.map(({ requestId, kind }) => `${requestId} ${kind}`));
    return claimed;
  };
  const claimed = (await Promise.all([sweep(), sweep(), sweep()])).flat();
  expect(claimed).toHaveLength(12);
  expect(new Set(claimed).size).toBe(12);
  expect(await sweep()).toEqual([]);
}, 60_000);

test("a sweep reads the deadlines that are due, by kind, and none of 20,000 others", async () => {
  await using stage = await setStage();
  await stage.database.inTenant(stage.tenantId, (tx) =>
    sql`insert into deadline (tenant_id, request_id, kind, level, due_at)
      select ${stage.tenantId}, gen_random_uuid(), kind, 1,
        case when n <= 3 then now() - interval '1 minute' else now() + interval '1 day' end
      from generate_series(1, 5000) n,
        unnest(array['ring', 'escalation', 'expiry', 'not_done']) kind`.execute(tx),
  );
  await using owner = createDatabase({ url: stage.urls.ownerUrl, max: 1, name: "owner" });
  await sql`vacuum analyze deadline`.execute(owner.db);
  const read = async (): Promise<{ whole: number; entries: number }> => {
    const { rows } = await sql<{ whole: number; entries: number }>`
      select (select seq_tup_read from pg_stat_user_tables where relname = 'deadline')::int as whole,
        (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'deadline')::int
          as entries`.execute(owner.db);
    return rows[0] ?? { whole: 0, entries: 0 };
  };
  const before = await read();
  const relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 1, name: "relay" });
  const claimed: unknown[] = [];
  for await (const page of claimDueDeadlines(relay.db, { claimMs: 60_000, page: 50 }))
    claimed.push(...page);
  await readNextDue(relay.db, undefined);
  // A session's counters arrive at the latest when it ends.
  await relay.close();
  expect(claimed).toHaveLength(12);
  await waitFor(async () => (await read()).entries > before.entries);
  const after = await read();
  expect(after.whole).toBe(before.whole);
  expect(after.entries - before.entries).toBeLessThan(100);
}, 60_000);

test("a ring waits, so that a request taken back at once costs no turn", async () => {
  await using stage = await setStage();
  await stage.call();
  await using relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 1, name: "relay" });
  const hourMs = 3_600_000;
  const claim = async (waitMs: number): Promise<string[]> => {
    const claimed: string[] = [];
    const due = { claimMs: 60_000, page: 10, waitMs };
    for await (const page of claimDueDeadlines(relay.db, due))
      claimed.push(...page.map(({ kind }) => kind));
    return claimed;
  };
  await stage.database.inTenant(stage.tenantId, (tx) =>
    sql`update deadline set due_at = now() + interval '1 day' where kind <> 'ring'`.execute(tx),
  );
  expect(await claim(hourMs)).toEqual([]);
  const { inMs: nextMs } = await readNextDue(relay.db, undefined, hourMs);
  expect(nextMs).toBeGreaterThan(hourMs / 2);
  expect(nextMs).toBeLessThanOrEqual(hourMs);
  expect(await claim(0)).toEqual(["ring"]);
}, 60_000);

test("a worker continues the deletion of a tenant where another one stopped", async () => {
  await using stage = await setStage();
  const { tenant, tables } = await newTenant(stage.database);
  const table = tables[0]?.id;
  await stage.database.inTenant(tenant.id, (tx) =>
    sql`insert into request (tenant_id, table_id, type, state)
      select ${tenant.id}, ${table}, 'water', 'completed'
      from generate_series(1, 12000)`.execute(tx),
  );
  await deleteTenant(stage.database, tenant.id);
  const left = () =>
    stage.database.inTenant(tenant.id, async (tx) => {
      const { rows } = await sql<{
        count: number;
      }>`select count(*)::int as count from request`.execute(tx);
      return rows[0]?.count;
    });
  const stop = new AbortController();
  const { database } = counted(stage.database);
  const interrupted = {
    ...database,
    inTenant: ((id, fn, options) => {
      stop.abort();
      return database.inTenant(id, fn, options);
    }) as Database["inTenant"],
  };
  const run = (context: Database, signal: AbortSignal) =>
    asLeader(
      { database: context, logger: silentLogger },
      {
        name: "delete",
        everyMs: 0,
        work: (lease) =>
          deleteTenants(
            { database: context, logger: silentLogger, metrics },
            { ...lease, ttlMs: 0 },
            signal,
          ),
      },
    );
  await run(interrupted, stop.signal);
  expect(await left()).toBe(7_000);
  await run(stage.database, never);
  expect(await left()).toBe(0);
  expect(await deletedTenants(stage.database.db)).toEqual([]);
}, 60_000);

test("the deletion of a large restaurant says how far it is after each 100,000 rows", async () => {
  await using stage = await setStage();
  const { database, tenantId } = stage;
  await database.inTenant(tenantId, (tx) =>
    sql`insert into answer (tenant_id, principal, key, request_hash, status, body)
      select ${tenantId}, 'p', number::text, 'h', 200, '{}'
      from generate_series(1, 100001) as number`.execute(tx),
  );
  await deleteTenant(database, tenantId);
  const lease = await acquireLease(database.db, {
    name: "delete",
    holder: randomUUID(),
    ttlMs: 60_000,
    everyMs: 0,
  });
  if (lease === undefined) throw new Error("no lease");
  const said: unknown[] = [];
  const info = (text: string, fields?: object) => said.push([text, fields]);
  const logger = { ...silentLogger, info } as never;
  expect(await deleteTenants({ database, logger, metrics }, lease, never)).toBe(true);
  expect(said).toEqual([
    ["worker is deleting a tenant", { tenant: tenantId, rows: 100_000 }],
    ["worker deleted a tenant", { tenant: tenantId, rows: expect.any(Number) }],
  ]);
}, 60_000);

test("a worker whose lease another one took ends no duty", async () => {
  await using stage = await setStage();
  const { database, tenantId, staffId } = stage;
  const editor = { id: staffId, role: "owner" } as const;
  await putDuty(database, { tenantId, editor }, { tables: "all", zones: [] });
  const onDuty = () =>
    database.inTenant(tenantId, async (tx) => {
      const { rows } = await sql`select from duty`.execute(tx);
      return rows.length;
    });
  await database.inTenant(tenantId, (tx) =>
    sql`update duty set since = now() - interval '17 hours'`.execute(tx),
  );
  const lead = (ttlMs: number) =>
    acquireLease(database.db, { name: "duty", holder: randomUUID(), ttlMs, everyMs: 0 });
  const [former, present] = [await lead(0), await lead(60_000)];
  if (former === undefined || present === undefined) throw new Error("no lease");
  const publisher = { publish: () => undefined } as never;
  const context = { database, publisher, logger: silentLogger, metrics };
  await expect(endDuty(context, former, never)).rejects.toBeInstanceOf(LeaseLostError);
  expect(await onDuty()).toBe(1);
  expect(await endDuty(context, present, never)).toBe(true);
  expect(await onDuty()).toBe(0);
}, 60_000);
