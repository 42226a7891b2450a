import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { readHead } from "@waiter/database";
import { createRequest, readChangedTables, sendCommand } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

const headOf = ({ tenantId }: TestRestaurant) =>
  restaurants.database.inTenant(tenantId, readHead, { readOnly: true });
const call = (restaurant: TestRestaurant, table: number) => {
  const { tenantId } = restaurant;
  const actor = restaurant.guest(table);
  return createRequest(restaurants.database, { tenantId, actor, type: "waiter" });
};

test("each table that changed after a position is named with its last event", async () => {
  const { database } = restaurants;
  const r = await restaurants.open();
  await call(r, 0);
  const since = await headOf(r);
  const { request } = await call(r, 1);
  await sendCommand(database, "claim", {
    tenantId: r.tenantId,
    actor: r.anna,
    requestId: request.id,
  });
  await call(r, 2);
  const head = await headOf(r);
  const changed = await readChangedTables(database, r.tenantId, since, head);
  expect(changed?.toSorted((a, b) => a.seq - b.seq)).toEqual([
    { table: r.tables[1]?.id, seq: since.seq + 2 },
    { table: r.tables[2]?.id, seq: since.seq + 3 },
  ]);
  expect(await readChangedTables(database, r.tenantId, head, head)).toEqual([]);
});

test("another epoch, a later position and missing events name no tables", async () => {
  const { database } = restaurants;
  const r = await restaurants.open();
  const since = await headOf(r);
  await call(r, 0);
  const head = await headOf(r);
  const read = (position: typeof since, upTo = head) =>
    readChangedTables(database, r.tenantId, position, upTo);
  expect(await read(since)).toHaveLength(1);
  expect(await read({ ...since, epoch: randomUUID() })).toBeUndefined();
  expect(await read({ ...head, seq: head.seq + 1 })).toBeUndefined();
  expect(await read(since, { ...head, seq: head.seq + 1 })).toBeUndefined();
});

test("half a surrogate pair in an event, as release 0.2 wrote it, hides no table", async () => {
  const { database } = restaurants;
  const r = await restaurants.open();
  const since = await headOf(r);
  const actor = r.guest(0);
  const notes = ["\ud800", "\ude00 \\ud800 \u{1f600}"];
  for (const [index, note] of notes.entries()) {
    const type = index === 0 ? "waiter" : "bill";
    await createRequest(database, { tenantId: r.tenantId, actor, type, note });
  }
  expect(await readChangedTables(database, r.tenantId, since, await headOf(r))).toEqual([
    { table: r.tables[0]?.id, seq: since.seq + 2 },
  ]);
});
