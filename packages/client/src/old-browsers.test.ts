import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GuestClient, StaffClient } from "./index.ts";
import { FakeWaiter, fast } from "./testing/fake-waiter.test.helper.ts";

/** What Safari 15.4, Chrome 94 and Firefox 93 lack of what newer code likes to use. */
const newer: readonly (readonly [object, readonly string[]])[] = [
  [AbortSignal, ["timeout", "any"]],
  [Array.prototype, ["toSorted", "toReversed", "toSpliced", "with", "findLast", "findLastIndex"]],
  [Array, ["fromAsync"]],
  [Object, ["groupBy"]],
  [Map, ["groupBy"]],
  [Promise, ["withResolvers", "try"]],
  [Set.prototype, ["union", "intersection", "difference", "isSubsetOf"]],
  [
    Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object,
    ["map", "filter", "some", "toArray"],
  ],
  [crypto, ["randomUUID"]],
  [globalThis, ["structuredClone"]],
];
const taken: [object, string, PropertyDescriptor][] = [];
let fake: FakeWaiter;

beforeAll(async () => {
  fake = await FakeWaiter.start();
  for (const [holder, names] of newer)
    for (const name of names) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, name);
      if (descriptor?.configurable !== true) continue;
      taken.push([holder, name, descriptor]);
      Reflect.deleteProperty(holder, name);
    }
});
afterAll(async () => {
  for (const [holder, name, descriptor] of taken) Object.defineProperty(holder, name, descriptor);
  await fake.stop();
});

test("both clients work without what the oldest supported browsers lack", async () => {
  expect(taken.map(([, name]) => name)).toContain("toSorted");
  const options = { baseUrl: fake.url, timing: fast };
  const guest = new GuestClient({ ...options, tableToken: "table-1" });
  const staff = new StaffClient({ ...options, session: fake.session() });
  const errors: unknown[] = [];
  guest.on("error", (error) => errors.push(error));
  staff.on("error", (error) => errors.push(error));
  guest.connect();
  staff.connect();
  guest.call({ type: "waiter" });
  const [, { id }] = await guest.once("sent");
  await staff.claim(id);
  await guest.once("change", () => guest.requests[0]?.state === "claimed");
  expect(errors).toEqual([]);
  guest.close();
  staff.close();
});

test("a bug of the SDK is no network fault", async () => {
  const client = new StaffClient({
    baseUrl: fake.url,
    timing: fast,
    headers: { "not a header": "x" },
  });
  await expect(client.login("a@example.com", "b")).rejects.not.toMatchObject({ code: "network" });
});
