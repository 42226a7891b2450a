import { expect, test } from "@jest/globals";
import { bumpEpoch, createDatabase, purgeEvents } from "@waiter/database";
import { fail } from "@waiter/errors";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { createRequest, markSeen, readEvents } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const dayMs = 86_400_000;

const restaurants = shareRestaurants();

/** A restaurant with four events, 40, 20, 10 and 0 days old. */
async function openOld(): Promise<TestRestaurant> {
  const r = await restaurants.open();
  for (const n of [0, 1, 2, 3])
    await createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: r.guest(n),
      type: "waiter",
    });
  await asOwner(r, `update event set at = at - (array[40, 20, 10, 0])[seq] * interval '1 day'`);
  return r;
}
/** What no service may do. */
async function asOwner(r: TestRestaurant, statement: string): Promise<void> {
  await using owner = createDatabase({ url: restaurants.urls.ownerUrl, max: 1, name: "owner" });
  await owner.inTenant(r.tenantId, (tx) => sql.raw(statement).execute(tx));
}
const purge = (r: TestRestaurant, olderThanMs: number, atMost = 1_000) =>
  restaurants.database.inTenant(r.tenantId, (tx) => purgeEvents(tx, { olderThanMs, atMost }));
const kept = (r: TestRestaurant) =>
  restaurants.database.inTenant(r.tenantId, async (tx) =>
    (await tx.selectFrom("event").select("seq").orderBy("seq").execute()).map(({ seq }) => seq),
  );

test("events beyond the tenant's retention are deleted, oldest first", async () => {
  const [r, other] = [await openOld(), await openOld()];
  expect(await purge(r, 50 * dayMs)).toBe(0);
  expect(await purge(r, 15 * dayMs, 0)).toBe(0);
  expect(await purge(r, 15 * dayMs, 1)).toBe(1);
  expect(await kept(r)).toEqual([2, 3, 4]);
  expect(await purge(r, 15 * dayMs)).toBe(1);
  expect(await kept(r)).toEqual([3, 4]);
  expect(await kept(other)).toEqual([1, 2, 3, 4]);
});

test("retention is at least a day, also after a clock jump", async () => {
  const r = await openOld();
  await asOwner(r, "update event set at = now() where seq = 2");
  expect(await purge(r, 0)).toBe(1);
  expect(await kept(r)).toEqual([2, 3, 4]);
  await asOwner(r, "update event set at = now() - interval '23 hours'");
  expect(await purge(r, 0)).toBe(0);
});

test("nothing beyond the head goes, and without a tenant nothing at all", async () => {
  const r = await openOld();
  await asOwner(
    r,
    "update tenant_counter set seq = 1; update event set at = now() - interval '90 days'",
  );
  expect(await purge(r, dayMs)).toBe(1);
  expect(await kept(r)).toEqual([2, 3, 4]);
  const { rows } = await sql<{
    purged: number;
  }>`select purge_events(interval '1 day', 1000) as purged`.execute(restaurants.database.db);
  expect(rows).toEqual([{ purged: 0 }]);
});

test("a position before the oldest kept event is a reset, a later one reads on", async () => {
  const r = await openOld();
  await purge(r, 15 * dayMs);
  const read = async (since: number) => {
    const [head = fail("tenant_unknown")] = await restaurants.database.heads([r.tenantId]);
    return readEvents(restaurants.database, r.tenantId, head, { since });
  };
  expect(await read(0)).toMatchObject({ status: "reset", head: 4 });
  expect(await read(1)).toMatchObject({ status: "reset", head: 4 });
  expect(await read(2)).toMatchObject({
    status: "ok",
    head: 4,
    events: [expect.any(String), expect.any(String)],
  });
  await asOwner(r, "update event set at = now() - interval '90 days'");
  expect(await purge(r, dayMs)).toBe(2);
  expect(await read(3)).toMatchObject({ status: "reset", head: 4 });
  expect(await read(4)).toMatchObject({ status: "ok", head: 4, events: [] });
  expect(
    await createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: r.guest(),
      type: "water",
    }),
  ).toMatchObject({ event: { seq: 5 } });
  // A call that outlived its event still counts as seen.
  expect(await markSeen(restaurants.database, r.tenantId, 5)).toHaveLength(5);
});

test("the relay's role may not purge", async () => {
  await using relay = createDatabase({ url: restaurants.urls.relayUrl, max: 1, name: "relay" });
  await expect(sql`select purge_events(interval '1 day', 1)`.execute(relay.db)).rejects.toThrow(
    "permission denied",
  );
});

test("a bumped epoch takes the unpublished events of the epoch before with it, and no other tenant's", async () => {
  const [r, other] = [await openOld(), await openOld()];
  const waiting = (of: TestRestaurant) =>
    restaurants.database.inTenant(of.tenantId, async (tx) =>
      (await tx.selectFrom("outbox").select("epoch").execute()).map(({ epoch }) => epoch),
    );
  const [head] = await bumpEpoch(restaurants.database, r.tenantId);
  expect(await waiting(r)).toEqual([]);
  expect(await waiting(other)).toHaveLength(4);
  await createRequest(restaurants.database, {
    tenantId: r.tenantId,
    actor: r.guest(),
    type: "water",
  });
  expect(await waiting(r)).toEqual([head?.epoch]);
});

test("a page of a purge reads no more events than it may delete", async () => {
  const r = await restaurants.open();
  await asOwner(
    r,
    `insert into event (tenant_id, seq, epoch, id, type, at, envelope, log_position)
      select '${r.tenantId}', n, gen_random_uuid(), gen_random_uuid(), 'staff.updated',
        now() - interval '60 days', '{}', n
      from generate_series(1, 20000) n;
    update tenant_counter set seq = 20000`,
  );
  await using owner = createDatabase({ url: restaurants.urls.ownerUrl, max: 1, name: "owner" });
  await sql`vacuum analyze event`.execute(owner.db);
  const read = async (): Promise<number> => {
    const { rows } = await sql<{ read: number }>`
      select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_user_tables
      where relname = 'event'`.execute(owner.db);
    return rows[0]?.read ?? 0;
  };
  const before = await read();
  const app = createDatabase({ url: restaurants.urls.appUrl, max: 1, name: "purge" });
  for (let page = 0; page < 3; page += 1)
    expect(
      await app.inTenant(r.tenantId, (tx) =>
        purgeEvents(tx, { olderThanMs: 30 * dayMs, atMost: 100 }),
      ),
    ).toBe(100);
  // A session's counters arrive at the latest when it ends.
  await app.close();
  await waitFor(async () => (await read()) > before);
  expect((await read()) - before).toBeLessThan(3_000);
});
