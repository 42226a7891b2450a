import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DeliveryChannel } from "@waiter/contracts";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { endExpired, purgeDeliveries, recordDelivery, takeDeliveries } from "./index.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "ledger" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

/** A row of a new request, due in `dueS` seconds and expired after `ttlS`. */
async function setRow({
  dueS = 0,
  ttlS = 30,
  channel = "push",
}: { dueS?: number; ttlS?: number; channel?: DeliveryChannel } = {}) {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  const id = await database.inTenant(tenant.id, async (tx) => {
    const request = await tx
      .insertInto("request")
      .values({ tenant_id: tenant.id, table_id: tables[0]?.id ?? "", type: "water" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const row = await tx
      .insertInto("delivery")
      .values({
        tenant_id: tenant.id,
        request_id: request.id,
        round: 1,
        step: 0,
        staff_id: owner.id,
        channel,
        due_at: sql<Date>`now() + make_interval(secs => ${dueS})`,
        expires_at: sql<Date>`now() + make_interval(secs => ${ttlS})`,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return row.id;
  });
  return {
    ownerId: owner.id,
    take: () =>
      database.inTenant(tenant.id, (tx) => takeDeliveries(tx, [id]).then((taken) => taken.get(id))),
    record: (outcome: Parameters<typeof recordDelivery>[2]) =>
      database.inTenant(tenant.id, (tx) => recordDelivery(tx, id, outcome)),
    times: async () => {
      const { rows } = await database.inTenant(tenant.id, (tx) =>
        sql`select state, sent_at <= shown_at as "inOrder" from delivery`.execute(tx),
      );
      return rows;
    },
    expire: () =>
      database.inTenant(tenant.id, (tx) => endExpired(tx, [id]).then(({ length }) => length)),
    purge: (retention: Parameters<typeof purgeDeliveries>[1]) =>
      database.inTenant(tenant.id, (tx) => purgeDeliveries(tx, retention)),
    /** Adds a row of each age, days. */
    age: (days: readonly number[]) =>
      database.inTenant(tenant.id, (tx) =>
        sql`insert into delivery (tenant_id, request_id, round, step, channel, state, created_at,
            expires_at)
          select d.tenant_id, d.request_id, 1, old.n, 'socket', 'failed',
            now() - make_interval(days => old.days), now()
          from delivery d, unnest(${[...days]}::integer[]) with ordinality as old (days, n)
          where d.id = ${id}`.execute(tx),
      ),
    ages: async () => {
      const { rows } = await database.inTenant(tenant.id, (tx) =>
        sql<{ days: number }>`select extract(day from now() - created_at)::int as days
          from delivery order by days`.execute(tx),
      );
      return rows.map(({ days }) => days);
    },
    /** Closed requests leave their table for the history. */
    move: () => database.inTenant(tenant.id, (tx) => tx.deleteFrom("request").execute()),
    change: (set: string) =>
      database.inTenant(tenant.id, (tx) => sql.raw(`update request set ${set}`).execute(tx)),
    suspend: () =>
      database.inTenant(tenant.id, (tx) =>
        tx.updateTable("tenant").set({ suspended_at: new Date() }).execute(),
      ),
    state: () =>
      database.inTenant(tenant.id, (tx) =>
        tx.selectFrom("delivery").select(["state", "reason"]).executeTakeFirstOrThrow(),
      ),
  };
}

test("a due row is taken until its outcome is recorded, and goes forward only", async () => {
  const row = await setRow();
  for (let n = 0; n < 2; n += 1)
    expect(await row.take()).toMatchObject({
      status: "send",
      delivery: { step: 0, round: 1, channel: "push", staffId: row.ownerId },
    });
  expect(await row.record({ state: "sent" })).toBe(true);
  expect(await row.take()).toEqual({ status: "over" });
  expect(await row.record({ state: "superseded", reason: "taken" })).toBe(false);
  expect(await row.record({ state: "opened" })).toBe(true);
  expect(await row.record({ state: "shown" })).toBe(false);
  expect(await row.record({ state: "failed", reason: "http_500" })).toBe(false);
  expect(await row.state()).toEqual({ state: "opened", reason: null });
});

test("a phone that reports before the sender records leaves both times, in order", async () => {
  const row = await setRow();
  await row.record({ state: "shown" });
  await row.record({ state: "sent" });
  const [first] = await row.times();
  expect(first).toMatchObject({ state: "shown", inOrder: true });
});

test("a row before its time is early, an expired one fails", async () => {
  expect(await (await setRow({ dueS: 60 })).take()).toEqual({
    status: "early",
    inMs: expect.any(Number),
  });
  const late = await setRow({ ttlS: -1 });
  expect(await late.take()).toMatchObject({ status: "over", failed: { channel: "push" } });
  expect(await late.state()).toEqual({ state: "failed", reason: "expired" });
  expect(await late.take()).toEqual({ status: "over" });
});

test("the sweeper fails what expired, unless the request was taken before", async () => {
  const early = await setRow();
  expect([await early.expire(), (await early.state()).state]).toEqual([0, "due"]);
  const late = await setRow({ ttlS: -1 });
  expect([await late.expire(), await late.state()]).toEqual([
    1,
    { state: "failed", reason: "expired" },
  ]);
  const taken = await setRow({ ttlS: -1 });
  await taken.change("state = 'claimed'");
  expect([await taken.expire(), await taken.state()]).toEqual([
    1,
    { state: "superseded", reason: "taken" },
  ]);
  const moved = await setRow({ ttlS: -1 });
  await moved.move();
  expect([await moved.expire(), await moved.state()]).toEqual([
    1,
    { state: "superseded", reason: "taken" },
  ]);
});

test.each(["push", "socket"] as const)(
  "an expired %s row of a suspended restaurant is superseded",
  async (channel) => {
    const row = await setRow({ ttlS: -1, channel });
    await row.suspend();
    expect([await row.expire(), await row.state()]).toEqual([
      1,
      { state: "superseded", reason: "tenant_suspended" },
    ]);
  },
);

test("a purge deletes rows beyond the retention, oldest first, and keeps the others", async () => {
  const row = await setRow();
  const purge = (atMost: number) => row.purge({ olderThanMs: 7 * 86_400_000, atMost });
  await row.age([6, 8, 9]);
  expect([await purge(1), await row.ages()]).toEqual([1, [0, 6, 8]]);
  expect([await purge(10), await row.ages()]).toEqual([1, [0, 6]]);
  expect([await purge(10), await row.ages()]).toEqual([0, [0, 6]]);
});

test.each([
  ["state = 'claimed'", "taken"],
  ["level = 1", "later_step"],
  ["round = 2", "later_step"],
])("a row whose request has %s is superseded", async (set, reason) => {
  const row = await setRow();
  await row.change(set);
  expect(await row.take()).toEqual({ status: "over" });
  expect(await row.state()).toEqual({ state: "superseded", reason });
  // The proof of a device that showed it nevertheless.
  expect(await row.record({ state: "shown" })).toBe(true);
});
