import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  seatGuest,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

const api = shareApi({
  env: { OPEN_REQUESTS_PER_TABLE: "2", RATE_LIMIT_TABLE: "6", RATE_LIMIT_TENANT: "10" },
});

const create = ({ slug }: Restaurant, token: string, type: string): Promise<TestAnswer> =>
  api.call(slug, "/api/guest/requests", {
    method: "POST",
    token,
    body: { type },
    headers: { "idempotency-key": randomUUID() },
  });

describe("guests", () => {
  test("have a bounded number of open requests per table; staff may exceed it", async () => {
    const restaurant = await createRestaurant(api);
    const guest = await seatGuest(api, restaurant);
    const answers: TestAnswer[] = [];
    for (const type of ["waiter", "bill", "water", "waiter"])
      answers.push(await create(restaurant, guest, type));
    expect(answers.map(({ status, body }) => [status, body["code"]])).toEqual([
      [201, undefined],
      [201, undefined],
      [409, "table_full"],
      [200, undefined],
    ]);
    const byStaff = await api.call(restaurant.slug, "/api/requests", {
      method: "POST",
      token: await loginAs(api, restaurant),
      body: { type: "water", tableId: restaurant.tables[0]?.id },
    });
    expect(byStaff.status).toBe(201);
  });

  test("of one table share a rate, however many sessions they open", async () => {
    const restaurant = await createRestaurant(api);
    const answers: TestAnswer[] = [];
    for (let index = 0; index < 8; index++)
      answers.push(await create(restaurant, await seatGuest(api, restaurant), "waiter"));
    expect(answers.map(({ status }) => status)).toEqual([
      201,
      ...Array<number>(5).fill(200),
      429,
      429,
    ]);
    const last = answers.at(-1);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(last?.headers.get("ratelimit")).toMatch(/"table_write"; r=0; t=\d+/);
    const neighbour = await create(restaurant, await seatGuest(api, restaurant, 1), "waiter");
    expect(neighbour.status).toBe(201);
  });

  test("of one restaurant share a rate, and other restaurants have their own", async () => {
    const restaurant = await createRestaurant(api, ["1", "2", "3"]);
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++)
      statuses.push(
        (await create(restaurant, await seatGuest(api, restaurant, index % 3), "waiter")).status,
      );
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    const other = await createRestaurant(api);
    expect((await create(other, await seatGuest(api, other), "waiter")).status).toBe(201);
  });
});
