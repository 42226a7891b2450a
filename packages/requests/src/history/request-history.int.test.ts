/** The history of closed requests, with an owner who is no superuser. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createDatabase,
  setRequestRetention,
  tenantsWithOldRequests,
  type Database,
} from "@waiter/database";
import { listDeadLetters, replayDeadLetter } from "@waiter/ledger";
import { sql } from "kysely";
import {
  createRequest,
  dropOldestMonth,
  eraseOldNotes,
  findRequest,
  makeHistory,
  moveClosedRequests,
  purgeRequests,
  sendCommand,
} from "../index.ts";
import type { GuestActor, StaffActor } from "../actor.ts";
import { movedColumns } from "./request-history.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const day = 86_400_000;
let owner: Database;
afterAll(async () => {
  await owner.close();
});
const restaurants = shareRestaurants();
beforeAll(async () => {
  owner = createDatabase({ url: restaurants.urls.ownerUrl, max: 2, name: "owner" });
});

/** Requests closed at an age, each with a note and a guest session. */
async function closeRequests(r: TestRestaurant, count: number, ageDays: number): Promise<void> {
  await restaurants.database.inTenant(r.tenantId, (tx) =>
    sql`insert into request (tenant_id, table_id, type, state, note, guest_session, created_at,
      closed_at)
      select ${r.tenantId}, ${r.tables[0]?.id}, 'waiter', 'completed', 'a note', gen_random_uuid(),
        at, at
      from (select now() - make_interval(days => ${ageDays}::integer, secs => n) as at
        from generate_series(1, ${count}::integer) n) closed`.execute(tx),
  );
}
interface Counts {
  readonly open: number;
  readonly moved: number;
  readonly personal: number;
}
async function count({ tenantId }: TestRestaurant): Promise<Counts | undefined> {
  const { rows } = await restaurants.database.inTenant(tenantId, (tx) =>
    sql<Counts>`
      select (select count(*)::int from request) as open,
        (select count(*)::int from request_history) as moved,
        (select count(*)::int from request_history
          where note is not null or guest_session is not null) as personal`.execute(tx),
  );
  return rows[0];
}
const move = ({ tenantId }: TestRestaurant, atMost = 100) =>
  restaurants.database.inTenant(tenantId, (tx) => moveClosedRequests(tx, { atMost }));

test("each column of a request but those of open ones is moved", async () => {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute where attrelid = 'request'::regclass and attnum > 0
      and not attisdropped`.execute(owner.db);
  const columns = rows.map(({ name }) => name);
  expect(columns.filter((name) => !(movedColumns as readonly string[]).includes(name))).toEqual([
    "escalates_from",
    "undo",
  ]);
});

test("closed requests are moved in pages, open and recent ones stay", async () => {
  const [r, other] = [await restaurants.open(), await restaurants.open()];
  const { tenantId } = r;
  await closeRequests(r, 25, 400);
  await closeRequests(other, 3, 1);
  const actor = r.guest();
  const { request } = await createRequest(restaurants.database, { tenantId, actor, type: "water" });
  const cancel = { tenantId, actor, requestId: request.id };
  await sendCommand(restaurants.database, "cancel", cancel);
  expect([await move(r, 20), await move(r, 20), await move(r, 20)]).toEqual([20, 5, 0]);
  expect(await count(r)).toEqual({ open: 1, moved: 25, personal: 25 });
  expect(await count(other)).toEqual({ open: 3, moved: 0, personal: 0 });
});

test.each([
  ["an erasure", eraseOldNotes],
  ["a purge", purgeRequests],
])("a page of %s reads little more of the history than it changes", async (_name, work) => {
  const { tenantId, tables } = await restaurants.open();
  await restaurants.database.inTenant(tenantId, async (tx) => {
    await sql`
      select ensure_request_history((now() - number * interval '1 month')::date)
      from generate_series(0, 12) as number`.execute(tx);
    await sql`
      insert into request_history (tenant_id, id, table_id, type, state, level, version, note,
        created_at, updated_at, closed_at, round)
      select ${tenantId}, gen_random_uuid(), ${tables[0]?.id}, 'water', 'completed', 0, 2, 'a note',
        now() - number * interval '1 hour', now(), now(), 1
      from generate_series(1, 7000) as number`.execute(tx);
  });
  await sql`analyze request_history`.execute(owner.db);
  await restaurants.database.inTenant(tenantId, async (tx) => {
    const read = async () => {
      const { rows } = await sql<{ count: number }>`
        select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0))::integer as count
        from pg_stat_xact_user_tables where relname like 'request\\_history\\_%'`.execute(tx);
      return rows[0]?.count ?? 0;
    };
    expect(await work(tx, { olderThanMs: day, atMost: 500 })).toBe(500);
    // The months of its first and last row, and the page itself.
    expect(await read()).toBeLessThan(2_500);
  });
});

test("two workers that move at once move each request once", async () => {
  const r = await restaurants.open();
  await closeRequests(r, 60, 2);
  const moved = await Promise.all([move(r, 40), move(r, 40), move(r, 40)]);
  const rest = await move(r);
  expect(moved.reduce((sum, part) => sum + part, rest)).toBe(60);
  expect(await count(r)).toMatchObject({ open: 0, moved: 60 });
});

test("a moved request is found, answers a repeated command and refuses a change", async () => {
  const r = await restaurants.open();
  await closeRequests(r, 1, 2);
  await move(r);
  const { tenantId } = r;
  const { rows } = await restaurants.database.inTenant(tenantId, (tx) =>
    sql<{ id: string }>`select id from request_history`.execute(tx),
  );
  const requestId = rows[0]?.id ?? "";
  const found = await restaurants.database.inTenant(tenantId, (tx) => findRequest(tx, requestId));
  expect(found).toMatchObject({ id: requestId, state: "completed", note: "a note" });
  const reopened = sendCommand(restaurants.database, "reopen", {
    tenantId,
    actor: r.guest(),
    requestId,
    idempotency: { principal: "p", key: randomUUID() },
  });
  expect((await reopened).answer.status).toBe(409);
  const missing = sendCommand(restaurants.database, "claim", {
    tenantId,
    actor: r.anna,
    requestId: randomUUID(),
  });
  await expect(missing).rejects.toMatchObject({ code: "not_found" });
});

test("notes and guest sessions are erased, later whole requests", async () => {
  const r = await restaurants.open();
  await closeRequests(r, 10, 40);
  await closeRequests(r, 10, 10);
  await move(r);
  await closeRequests(r, 5, 50);
  const erase = () =>
    restaurants.database.inTenant(r.tenantId, (tx) =>
      eraseOldNotes(tx, { olderThanMs: 30 * day, atMost: 8 }),
    );
  expect([await erase(), await erase(), await erase()]).toEqual([8, 7, 0]);
  expect(await count(r)).toEqual({ open: 5, moved: 20, personal: 10 });
  const purge = () =>
    restaurants.database.inTenant(r.tenantId, (tx) =>
      purgeRequests(tx, { olderThanMs: 30 * day, atMost: 100 }),
    );
  expect([await purge(), await purge()]).toEqual([15, 0]);
  expect(await count(r)).toEqual({ open: 0, moved: 10, personal: 10 });
});

test.each(["guest", "staff"])(
  "an erased request of %s that was not moved names the guest who cancelled it nowhere",
  async (creator) => {
    const r = await restaurants.open();
    const [tenantId, guest] = [r.tenantId, r.guest()];
    const actor = creator === "guest" ? guest : r.anna;
    const call = { tenantId, actor, tableId: guest.tableId, type: "water" };
    const made = await createRequest<GuestActor | StaffActor>(restaurants.database, call);
    const cancelled = { tenantId, actor: guest, requestId: made.request.id };
    await sendCommand(restaurants.database, "cancel", cancelled);
    const left = await restaurants.database.inTenant(tenantId, async (tx) => {
      await sql`update request set created_at = now() - interval '40 days'`.execute(tx);
      await eraseOldNotes(tx, { olderThanMs: 30 * day, atMost: 8 });
      return await sql<{ row: object }>`select to_jsonb(request) as row from request`.execute(tx);
    });
    expect(JSON.stringify(left.rows)).not.toContain(guest.sessionId);
  },
);

test("a restaurant's shorter retention deletes its requests, and no other restaurant's", async () => {
  const [r, other] = [await restaurants.open(), await restaurants.open()];
  for (const each of [r, other]) {
    await closeRequests(each, 3, 40);
    await closeRequests(each, 2, 5);
  }
  await move(r);
  expect(await setRequestRetention(restaurants.database, r.tenantId, 10)).toBe(true);
  const due = async () => {
    const found: string[] = [];
    const search = { personalForMs: 3_000 * day, keptMs: 400 * day };
    for await (const page of tenantsWithOldRequests(restaurants.database.db, search))
      found.push(...page.filter((id) => [r.tenantId, other.tenantId].includes(id)));
    return found;
  };
  expect(await due()).toEqual([r.tenantId]);
  const purge = (of: TestRestaurant) =>
    restaurants.database.inTenant(of.tenantId, (tx) =>
      purgeRequests(tx, { olderThanMs: 400 * day, atMost: 2 }),
    );
  expect([await purge(r), await purge(r), await purge(r)]).toEqual([2, 1, 0]);
  expect(await purge(other)).toBe(0);
  expect(await due()).toEqual([]);
  await setRequestRetention(restaurants.database, r.tenantId, undefined);
  expect(await count(r)).toMatchObject({ open: 0, moved: 2 });
});

test("rows of the ledger go with their requests, moved or not", async () => {
  const r = await restaurants.open();
  await closeRequests(r, 2, 40);
  await move(r);
  await closeRequests(r, 3, 40);
  await closeRequests(r, 4, 5);
  const rows = () =>
    restaurants.database.inTenant(r.tenantId, async (tx) =>
      Number((await sql`select id from delivery`.execute(tx)).rows.length),
    );
  await restaurants.database.inTenant(r.tenantId, (tx) =>
    sql`insert into delivery (tenant_id, request_id, round, step, channel, state, expires_at)
      select tenant_id, id, 1, step, 'socket', 'failed', now()
      from (select tenant_id, id from request union all select tenant_id, id from request_history)
        called, generate_series(0, 1) step`.execute(tx),
  );
  expect(await rows()).toBe(18);
  const purge = (atMost: number) =>
    restaurants.database.inTenant(r.tenantId, (tx) =>
      purgeRequests(tx, { olderThanMs: 30 * day, atMost }),
    );
  expect(await purge(4)).toBe(4);
  expect(await rows()).toBe(10);
  expect(await purge(4)).toBe(1);
  expect(await rows()).toBe(8);
});

test("G4: a partition that is read by name is bound by row level security", async () => {
  const [r, other] = [await restaurants.open(), await restaurants.open()];
  await closeRequests(r, 2, 1);
  await move(r);
  const { rows } = await sql<{ name: string; forced: boolean; granted: boolean }>`
    select relname as name, relforcerowsecurity as forced,
      has_table_privilege('waiter_app', oid, 'select') as granted
    from pg_class where relname like 'request\\_history\\_2%' and relkind = 'r'`.execute(owner.db);
  expect(rows.length).toBeGreaterThan(2);
  expect(rows.filter(({ forced }) => !forced)).toEqual([]);
  const seen = await restaurants.database.inTenant(other.tenantId, (tx) =>
    sql`select id from request_history where tenant_id = ${r.tenantId}`.execute(tx),
  );
  expect(seen.rows).toEqual([]);
});

test("the application drops only months beyond the retention and makes none far away", async () => {
  const { db } = restaurants.database;
  await makeHistory(db, { monthsAhead: 2 });
  const ensure = (month: string) => sql`select ensure_request_history(${month}::date)`.execute(db);
  await ensure("2023-05-17");
  await expect(ensure("2003-05-17")).rejects.toMatchObject({ code: "22023" });
  await expect(ensure("2203-05-17")).rejects.toMatchObject({ code: "22023" });
  await ensure("2023-03-17");
  // A plan that reads all relations first, as Postgres takes it for many months.
  await using reader = createDatabase({ url: restaurants.urls.ownerUrl, max: 1, name: "plans" });
  const set = (name: string) => sql`set ${sql.ref(name)} = off`.execute(reader.db);
  for (const how of ["nestloop", "indexscan", "bitmapscan"]) await set(`enable_${how}`);
  const drop = () => dropOldestMonth(reader.db, { olderThanMs: 1_000 * day });
  expect([await drop(), await drop(), await drop()]).toEqual([
    "request_history_2023_03",
    "request_history_2023_05",
    undefined,
  ]);
  await expect(sql`drop table request_history`.execute(db)).rejects.toMatchObject({
    code: "42501",
  });
});

test("a dead letter is listed while the ledger has it, also of a moved request", async () => {
  const r = await restaurants.open();
  await closeRequests(r, 1, 1);
  await restaurants.database.inTenant(r.tenantId, (tx) =>
    sql`insert into delivery (tenant_id, request_id, round, step, channel, state, reason, expires_at,
        ended_at)
      select tenant_id, id, 1, 0, 'webhook', 'failed', 'http_400', now(), now()
      from request`.execute(tx),
  );
  const list = () =>
    restaurants.database.inTenant(r.tenantId, (tx) => listDeadLetters(tx, { limit: 10 }));
  const [before] = await list();
  expect(before).toMatchObject({
    channel: "webhook",
    reason: "http_400",
    requestState: "completed",
  });
  expect(await move(r)).toBe(1);
  expect(await list()).toEqual([before]);
  const replayed = await restaurants.database.inTenant(r.tenantId, (tx) =>
    replayDeadLetter(tx, before?.id ?? ""),
  );
  expect(replayed).toEqual({ status: "over", deadLetter: before });
});
