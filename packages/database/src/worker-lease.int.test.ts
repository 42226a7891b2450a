import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { createDatabase, type Database } from "./database.ts";
import { acquireLease, finishLease, LeaseLostError, renewLease } from "./worker-lease.ts";

let urls: TestDatabase;
let database: Database;
const tenant = randomUUID();
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const acquire = (name: string, options: { ttlMs?: number; everyMs?: number } = {}) =>
  acquireLease(database.db, {
    name,
    holder: randomUUID(),
    ttlMs: 60_000,
    everyMs: 60_000,
    ...options,
  });

test("one of many workers gets a lease until the work is due again", async () => {
  const leases = await Promise.all(Array.from({ length: 8 }, () => acquire("one")));
  const [lease, ...others] = leases.filter((each) => each !== undefined);
  expect(others).toEqual([]);
  if (lease === undefined) throw new Error("no worker got the lease");
  expect(await acquire("one")).toBeUndefined();
  await finishLease(database.db, lease);
  expect(await acquire("one")).toBeUndefined();
  expect(await acquire("one", { everyMs: 0 })).toMatchObject({ name: "one", fence: "2" });
});

test("a worker whose lease was taken over changes nothing more", async () => {
  const slow = await acquire("two", { ttlMs: 0 });
  const fast = await acquire("two");
  if (slow === undefined || fast === undefined) throw new Error("no lease");
  const batch = database.inTenant(tenant, async (tx) => {
    await renewLease(tx, slow);
    throw new Error("a batch ran without the lease");
  });
  await expect(batch).rejects.toThrow(LeaseLostError);
  await finishLease(database.db, slow);
  await database.inTenant(tenant, (tx) => renewLease(tx, fast));
});

test("no worker takes a lease over during a batch", async () => {
  const lease = await acquire("three", { ttlMs: 0 });
  if (lease === undefined) throw new Error("no lease");
  await database.inTenant(tenant, async (tx) => {
    await renewLease(tx, lease);
    expect(await acquire("three", { everyMs: 0 })).toBeUndefined();
  });
  expect(await acquire("three", { everyMs: 0 })).toBeDefined();
});
