import { beforeAll, describe, expect, test } from "@jest/globals";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  startTestApi,
  type Restaurant,
  type TestAnswer,
  type TestApi,
} from "../testing/start-test-api.ts";

const api = shareApi({ env: { TRUSTED_PROXIES: "127.0.0.0/8,::1/128" } });
let victim: Restaurant;
let other: Restaurant;

beforeAll(async () => {
  victim = await createRestaurant(api);
  other = await createRestaurant(api);
});

interface Attempt {
  readonly from: string;
  readonly password?: string;
  readonly email?: string;
  readonly host?: string;
  readonly cookie?: string;
}
const logIn = (
  { slug, owner }: Restaurant,
  { from, password = owner.password, email = owner.email, host, cookie }: Attempt,
): Promise<TestAnswer> =>
  api.call(slug, "/api/auth/login", {
    method: "POST",
    body: { email, password },
    headers: {
      "x-forwarded-for": from,
      ...(host === undefined ? {} : { host }),
      ...(cookie === undefined ? {} : { cookie }),
    },
  });
/** An api that allows ten failures of one address block, and forty of one network. */
const startStrict = (): Promise<TestApi> =>
  startTestApi({
    env: {
      TRUSTED_PROXIES: "127.0.0.0/8,::1/128",
      RATE_LIMIT_AUTH: "1",
      DATABASE_URL: api.context.config.DATABASE_URL,
    },
  });
const wrongLogin = (strict: TestApi, { slug }: Restaurant, guess: number, from: string) =>
  strict.call(slug, "/api/auth/login", {
    method: "POST",
    body: { email: `guess${guess}@example.com`, password: "wrong" },
    headers: { "x-forwarded-for": from },
  });
const count = (answers: readonly TestAnswer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;
const device = (answer: TestAnswer): string =>
  /waiter_device=[^;,]+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "";

describe("guessing passwords", () => {
  test("of one account from many addresses, ports and host spellings slow down", async () => {
    const answers: TestAnswer[] = [];
    for (let guess = 0; guess < 40; guess++)
      answers.push(
        await logIn(victim, {
          from: `203.0.113.${guess}:${1_000 + guess}`,
          password: "wrong",
          email: guess % 2 === 0 ? victim.owner.email : victim.owner.email.toUpperCase(),
          host: `${guess % 3 === 0 ? victim.slug.toUpperCase() : victim.slug}.localhost:${guess + 1}`,
        }),
      );
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 30]);
    for (const { headers } of answers.slice(10))
      expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(30);
  });

  test("does not keep a device out that logged in before", async () => {
    const restaurant = await createRestaurant(api);
    const first = await logIn(restaurant, { from: "198.51.100.1" });
    expect(first.status).toBe(200);
    for (let guess = 0; guess < 20; guess++)
      await logIn(restaurant, { from: "198.51.100.1", password: "wrong" });
    const refused = await logIn(restaurant, { from: "198.51.100.1" });
    const known = await logIn(restaurant, { from: "198.51.100.1", cookie: device(first) });
    expect([refused.status, known.status]).toEqual([429, 200]);
  });

  test("lets a new device in once it has waited, whatever others do meanwhile", async () => {
    const restaurant = await createRestaurant(api);
    for (let guess = 0; guess < 11; guess++)
      await logIn(restaurant, { from: `192.0.2.${guess}`, password: "wrong" });
    const wait = await logIn(restaurant, { from: "198.51.100.7" });
    expect([wait.status, wait.headers.get("retry-after")]).toEqual([429, "1"]);
    for (let guess = 0; guess < 5; guess++)
      await logIn(restaurant, { from: `192.0.2.${100 + guess}`, password: "wrong" });
    let again = wait;
    while (again.status === 429) again = await logIn(restaurant, { from: "198.51.100.7" });
    expect(again.status).toBe(200);
  });

  test("behind one address locks no other restaurant out", async () => {
    await using strict = await startStrict();
    const answers: TestAnswer[] = [];
    for (let guess = 0; guess < 20; guess++)
      answers.push(await wrongLogin(strict, victim, guess, "198.51.100.99"));
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 10]);
    const elsewhere = await strict.call(other.slug, "/api/auth/login", {
      method: "POST",
      body: { email: other.owner.email, password: other.owner.password },
      headers: { "x-forwarded-for": "198.51.100.99" },
    });
    expect(elsewhere.status).toBe(200);
  });

  test("from many addresses of one IPv6 network is limited as a whole", async () => {
    await using strict = await startStrict();
    const answers: TestAnswer[] = [];
    for (let guess = 0; guess < 45; guess++)
      answers.push(await wrongLogin(strict, other, guess, `2001:db8:77:${guess.toString(16)}::1`));
    expect(count(answers, 401)).toBe(40);
  });

  test("counts in keys that show neither account nor address", async () => {
    const names = await api.context.redis.client.call("KEYS", "waiter:rate:*");
    const text = JSON.stringify(names);
    for (const secret of ["203.0.113", "198.51.100", "example.com", "127.0.0.1"])
      expect(text).not.toContain(secret);
  });

  test("says on every answer what is left", async () => {
    const answer = await logIn(other, { from: "198.51.100.200" });
    expect(answer.headers.get("ratelimit")).toMatch(/"login_block"; r=\d+; t=\d+/);
    expect(answer.headers.get("ratelimit-policy")).toMatch(/"login_block"; q=100; w=60/);
  });
});
