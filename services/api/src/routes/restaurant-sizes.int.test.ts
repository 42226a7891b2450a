import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createRestaurant,
  loginAs,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../testing/start-test-api.ts";

let api: TestApi;
let restaurant: Restaurant;
let token: string;

/** A new restaurant has two tables, one person and five request types. */
beforeAll(async () => {
  api = await startTestApi({
    env: {
      TABLES_PER_RESTAURANT: "3",
      ZONES_PER_RESTAURANT: "1",
      REQUEST_TYPES_PER_RESTAURANT: "6",
      PEOPLE_PER_RESTAURANT: "2",
      DUTY_PLACES_PER_RESTAURANT: "2",
      OPEN_REQUESTS_PER_RESTAURANT: "1",
      EVENTS_PAGE_BYTES: "1",
    },
  });
  restaurant = await createRestaurant(api, ["1", "2"]);
  token = await loginAs(api, restaurant);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body?: object) =>
  api.call(restaurant.slug, path, { method, token, ...(body && { body }) });

test.each([
  ["/api/tables", () => ({ label: randomUUID() })],
  ["/api/zones", () => ({ name: randomUUID() })],
  ["/api/request-types", () => ({ label: randomUUID(), icon: "x" })],
  ["/api/staff", () => ({ name: "Ben", role: "waiter" })],
])("POST %s is refused for more than the installation allows", async (path, body) => {
  let status = 201;
  let made = 0;
  for (; status === 201 && made < 3; made += 1) ({ status } = await send("POST", path, body()));
  expect([made, status]).toEqual([2, 422]);
});

test("a deactivated person does not return above the number of people", async () => {
  const { body } = await send("GET", "/api/staff");
  const people = body["staff"] as { id: string; role: string; version: number }[];
  const waiter = people.find(({ role }) => role === "waiter");
  const path = `/api/staff/${waiter?.id}`;
  const off = await send("PATCH", path, { active: false, version: waiter?.version });
  expect(off.status).toBe(200);
  expect((await send("POST", "/api/staff", { name: "Eva", role: "waiter" })).status).toBe(201);
  const { version } = off.body["staff"] as { version: number };
  expect((await send("PATCH", path, { active: true, version })).status).toBe(422);
});

test("duty that names too many places is refused, duty for everything is not", async () => {
  const tables = restaurant.tables.map(({ id }) => id);
  const { body } = await send("GET", "/api/zones");
  const zones = (body["zones"] as { id: string }[]).map(({ id }) => id);
  expect((await send("PUT", "/api/duty", { tables, zones })).body).toMatchObject({
    code: "validation_failed",
    errors: [{ path: "tables" }],
  });
  expect((await send("PUT", "/api/duty", { tables })).status).toBe(200);
  expect((await send("PUT", "/api/duty", { tables: "all" })).status).toBe(200);
});

test("in a full restaurant a table has one open request, and no second one", async () => {
  const [one, two] = restaurant.tables.map(({ id }) => id);
  const enter = async (type: string, tableId = "") => {
    const { status, body } = await send("POST", "/api/requests", { type, tableId });
    return [status, body["code"]];
  };
  expect(await enter("waiter", one)).toEqual([201, undefined]);
  expect(await enter("bill", one)).toEqual([409, "table_full"]);
  expect(await enter("waiter", two)).toEqual([201, undefined]);
  expect(await enter("bill", two)).toEqual([409, "table_full"]);
  expect(await enter("waiter", one)).toEqual([200, undefined]);
});

test("a page of events ends at the bytes that the installation sets", async () => {
  const { body } = await send("GET", "/api/events?since=0");
  expect([body["events"], Number(body["head"]) > 1]).toEqual([[expect.anything()], true]);
});
