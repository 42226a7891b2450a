import { expect, test } from "@jest/globals";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  seatGuest,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

const api = shareApi({
  env: { RATE_LIMIT_TENANT_READS: "6", RATE_LIMIT_TENANT_STAFF: "6", RATE_LIMIT_TENANT: "6" },
});

const read = ({ slug }: Restaurant, token: string): Promise<TestAnswer> =>
  api.call(slug, "/api/guest/requests", { token });
const open = ({ slug }: Restaurant, tableToken: string): Promise<TestAnswer> =>
  api.call(slug, "/api/guest/sessions", { method: "POST", body: { tableToken } });
const counts = (answers: readonly TestAnswer[]): Record<string, number> => {
  const all: Record<string, number> = {};
  for (const { status } of answers) all[status] = (all[status] ?? 0) + 1;
  return all;
};

test("guests of one restaurant share a rate of reads, and others have their own", async () => {
  const restaurant = await createRestaurant(api, ["1", "2", "3"]);
  const guests = [];
  for (const table of [0, 1, 2]) guests.push(await seatGuest(api, restaurant, table));
  const answers: TestAnswer[] = [];
  for (let index = 0; index < 9; index++)
    answers.push(await read(restaurant, guests[index % 3] as string));
  expect(counts(answers)).toEqual({ 200: 6, 429: 3 });
  expect(answers[0]?.headers.get("ratelimit")).toMatch(/"guest_read".*"tenant_read"; r=5; t=\d+/);
  expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
  const other = await createRestaurant(api);
  expect((await read(other, await seatGuest(api, other))).status).toBe(200);
});

test("guest sessions of a restaurant share a rate that unknown codes do not use up", async () => {
  const restaurant = await createRestaurant(api, ["1", "2"]);
  for (let index = 0; index < 8; index++)
    expect((await open(restaurant, `${index}`.repeat(22))).status).toBe(404);
  const answers: TestAnswer[] = [];
  for (let index = 0; index < 8; index++)
    answers.push(await open(restaurant, restaurant.tables[index % 2]?.token as string));
  expect(counts(answers)).toEqual({ 201: 6, 429: 2 });
  const other = await createRestaurant(api);
  expect((await open(other, other.tables[0]?.token as string)).status).toBe(201);
});

test("staff of a restaurant share a rate, whatever route and session they use", async () => {
  const restaurant = await createRestaurant(api);
  const tokens = [await loginAs(api, restaurant), await loginAs(api, restaurant)];
  const answers: TestAnswer[] = [];
  for (let index = 0; index < 8; index++)
    answers.push(
      await api.call(restaurant.slug, index % 2 === 0 ? "/api/board" : "/api/tables", {
        token: tokens[index % 2] as string,
      }),
    );
  expect(counts(answers)).toEqual({ 200: 6, 429: 2 });
  const other = await createRestaurant(api);
  const elsewhere = await api.call(other.slug, "/api/board", { token: await loginAs(api, other) });
  expect(elsewhere.status).toBe(200);
});

test("refreshed sessions of a restaurant share a rate", async () => {
  const restaurant = await createRestaurant(api);
  const { slug, owner } = restaurant;
  const post = (path: string, body: object): Promise<TestAnswer> =>
    api.call(slug, path, { method: "POST", body });
  const { email, password } = owner;
  let { body } = await post("/api/auth/login", { email, password, refresh: "body" });
  const statuses: number[] = [];
  for (let index = 0; index < 7; index++) {
    const answer = await post("/api/auth/refresh", {
      refreshToken: body["refreshToken"],
      refresh: "body",
    });
    statuses.push(answer.status);
    if (answer.status === 200) body = answer.body;
  }
  expect(statuses).toEqual([...Array<number>(6).fill(200), 429]);
});
