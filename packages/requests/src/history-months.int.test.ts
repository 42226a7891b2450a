/** Months of the history, where the time zone of the sessions that make them changes. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@waiter/database";
import { sql } from "kysely";
import { moveClosedRequests } from "./index.ts";
import { startRestaurants, type TestRestaurants } from "./testing/restaurant.ts";

let restaurants: TestRestaurants;
beforeAll(async () => {
  restaurants = await startRestaurants();
});
afterAll(async () => {
  await restaurants[Symbol.asyncDispose]();
});

/** The application's sessions on a server with that time zone. */
function inZone(zone: string): Database {
  const url = new URL(restaurants.urls.appUrl);
  url.searchParams.set("options", `-c timezone=${zone}`);
  return createDatabase({ url: url.href, max: 1, name: "zone" });
}
const ensure = ({ db }: Database, month: string) =>
  sql`select ensure_request_history(${month}::date)`.execute(db);

test.each([
  ["Europe/Berlin", "2022-01-10", "2022-02-10", "2022-01-31T23:30:00Z"],
  ["America/New_York", "2022-05-10", "2022-06-10", "2022-06-01T02:00:00Z"],
  ["Europe/Berlin", "2022-09-10", "2022-08-10", "2022-08-31T22:30:00Z"],
  ["America/New_York", "2023-02-10", "2023-01-10", "2023-02-01T02:00:00Z"],
  ["Pacific/Kiritimati", "2023-05-10", undefined, "2023-05-31T11:00:00Z"],
  ["America/New_York", "2023-09-10", undefined, "2023-09-01T02:00:00Z"],
])(
  "a month made in %s (%s) has no gap to and no overlap with one made in UTC",
  async (zone, month, next, closedAt) => {
    const r = await restaurants.open();
    await using local = inZone(zone);
    await using utc = inZone("UTC");
    await ensure(local, month);
    if (next !== undefined) await ensure(utc, next);
    await utc.inTenant(r.tenantId, (tx) =>
      sql`insert into request (tenant_id, table_id, type, state, created_at, closed_at)
        values (${r.tenantId}, ${r.tables[0]?.id}, 'waiter', 'completed', ${closedAt}, ${closedAt})`.execute(
        tx,
      ),
    );
    const move = () => utc.inTenant(r.tenantId, (tx) => moveClosedRequests(tx, { atMost: 10 }));
    expect(await move()).toBe(1);
    expect(await move()).toBe(0);
  },
);
