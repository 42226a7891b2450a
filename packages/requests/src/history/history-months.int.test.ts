/** Months of the history, where the time zone of the sessions that make them changes. */
import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@waiter/database";
import { sql } from "kysely";
import { dropOldestMonth, moveClosedRequests } from "../index.ts";
import { shareRestaurants } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

/** The application's sessions on a server with that time zone. */
function inZone(zone: string, login: "appUrl" | "ownerUrl" = "appUrl"): Database {
  const url = new URL(restaurants.urls[login]);
  url.searchParams.set("options", `-c timezone=${zone}`);
  return createDatabase({ url: url.href, max: 1, name: "zone" });
}
const ensure = ({ db }: Database, month: string) =>
  sql`select ensure_request_history(${month}::date)`.execute(db);

/** A request that was closed at that moment, and the move of its restaurant. */
async function closedAt(moment: string): Promise<() => Promise<number>> {
  const r = await restaurants.open();
  await restaurants.database.inTenant(r.tenantId, (tx) =>
    sql`insert into request (tenant_id, table_id, type, state, created_at, closed_at)
      values (${r.tenantId}, ${r.tables[0]?.id}, 'waiter', 'completed', ${moment}, ${moment})`.execute(
      tx,
    ),
  );
  return () =>
    restaurants.database.inTenant(r.tenantId, (tx) => moveClosedRequests(tx, { atMost: 10 }));
}

test.each([
  ["Europe/Berlin", "2022-01-10", "2022-02-10", "2022-01-31T23:30:00Z"],
  ["America/New_York", "2022-05-10", "2022-06-10", "2022-06-01T02:00:00Z"],
  ["Europe/Berlin", "2022-09-10", "2022-08-10", "2022-08-31T22:30:00Z"],
  ["America/New_York", "2023-02-10", "2023-01-10", "2023-02-01T02:00:00Z"],
  ["Pacific/Kiritimati", "2023-05-10", undefined, "2023-05-31T11:00:00Z"],
  ["America/New_York", "2023-09-10", undefined, "2023-09-01T02:00:00Z"],
])(
  "a month made in %s (%s) has no gap to and no overlap with one made in UTC",
  async (zone, month, next, moment) => {
    await using local = inZone(zone);
    await using utc = inZone("UTC");
    await ensure(local, month);
    if (next !== undefined) await ensure(utc, next);
    const move = await closedAt(moment);
    expect(await move()).toBe(1);
    expect(await move()).toBe(0);
  },
);

/** The SQL that brings the schema to this migration. */
async function upOf(migration: string): Promise<string> {
  const file = new URL(`../../../database/migrations/${migration}.sql`, import.meta.url);
  return (await readFile(file, "utf8")).split("-- Down Migration")[0] ?? "";
}

test("a gap that releases before left between two months is closed, with the rows of both", async () => {
  await using owner = inZone("UTC", "ownerUrl");
  await ensure(owner, "2024-03-10");
  await ensure(owner, "2024-04-10");
  const [march, april] = [await closedAt("2024-03-20T12:00Z"), await closedAt("2024-04-20T12:00Z")];
  expect([await march(), await april()]).toEqual([1, 1]);
  // As made in America/New_York, after a March of UTC.
  await sql`alter table request_history detach partition request_history_2024_04`.execute(owner.db);
  await sql`alter table request_history attach partition request_history_2024_04
    for values from ('2024-04-01 00:00-04') to ('2024-05-01 00:00-04')`.execute(owner.db);
  const move = await closedAt("2024-04-01T02:00Z");
  await expect(move()).rejects.toMatchObject({ code: "23514" });
  const close = sql.raw(await upOf("0064_no_gap_between_months"));
  for (let time = 0; time < 2; time += 1) {
    await close.execute(owner.db);
    expect(await move()).toBe(1 - time);
  }
  const { rows } = await sql<{ bound: string }>`select pg_get_expr(relpartbound, oid) as bound
    from pg_class where relname = 'request_history_2024_04'`.execute(owner.db);
  expect(rows[0]?.bound).toContain("('2024-04-01 00:00:00+00') TO ('2024-05-01 04:00:00+00')");
});

test("a month that ends after UTC's is dropped only once its last requests are old", async () => {
  await using owner = inZone("UTC", "ownerUrl");
  await ensure(owner, "2019-04-10");
  await sql`alter table request_history detach partition request_history_2019_04`.execute(owner.db);
  await sql`alter table request_history attach partition request_history_2019_04
    for values from ('2019-04-01 00:00-04') to ('2019-05-01 00:00-04')`.execute(owner.db);
  await using local = inZone("Europe/Berlin");
  const drop = (keptSince: string) =>
    dropOldestMonth(local.db, { olderThanMs: Date.now() - Date.parse(keptSince) });
  expect(await drop("2019-05-01T03:59:00Z")).toBeUndefined();
  expect(await drop("2019-05-01T04:01:00Z")).toBe("request_history_2019_04");
});
