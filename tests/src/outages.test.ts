import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  startPostgres,
  startRedis,
  waitFor,
  type TestPostgres,
  type TestRedis,
  startSystem,
  type System,
} from "@waiter/testkit";
import type { Browser } from "playwright-core";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "@waiter/bench";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

/** How long Redis is away. */
const outageMs = 20_000;

let system: System;
let postgres: TestPostgres;
let redis: TestRedis;
let browser: Browser;

beforeAll(async () => {
  [postgres, redis, browser] = await Promise.all([startPostgres(), startRedis(), openBrowser()]);
  system = await startSystem({ env: { DATABASE_URL: postgres.ownerUrl, REDIS_URL: redis.url } });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  await Promise.all([postgres?.[Symbol.asyncDispose](), redis?.[Symbol.asyncDispose]()]);
}, 60_000);

const services = (): string[] => [...system.file.apis, ...system.file.gateways, system.file.worker];

async function areAlive(): Promise<boolean> {
  return (
    await Promise.all(services().map(async (origin) => (await fetch(`${origin}/livez`)).ok))
  ).every(Boolean);
}

async function redisIsUpEverywhere(): Promise<boolean> {
  const texts = await Promise.all(
    services().map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
  );
  return texts.every((text) => !/^waiter_redis_up\{[^}]*\} 0$/m.test(text));
}

test.each([
  { how: "hangs", type: "water", from: () => redis.pause(), to: () => redis.resume() },
  { how: "stops", type: "order", from: () => redis.stop(), to: () => redis.restart() },
])(
  "while Redis $how for 20 s every call gets its 201 within a second, services stay alive, and the board misses none",
  async ({ type, from, to }) => {
    using board = await openBoard(system);
    const tokens = await Promise.all(
      Array.from({ length: 8 }, (_, table) => sitDown(system, table)),
    );
    // The second that a call may take, on a machine whose calls take no longer than that with
    // everything well.
    const well = await call(system, tokens[0] ?? "", "other");
    await from();
    const ids: string[] = [];
    for (const token of tokens) {
      const answer = await call(system, token, type);
      ids.push(requestOf(answer).id);
      expect({ status: answer.status, inTime: answer.ms < Math.max(1_000, 3 * well.ms) }).toEqual({
        status: 201,
        inTime: true,
      });
      expect(await areAlive()).toBe(true);
      await sleep(outageMs / tokens.length); // the outage is to last
    }
    await to();
    await waitFor(redisIsUpEverywhere, 60_000, "every service reaching Redis again");
    await waitFor(
      () => ids.every((id) => board.requests.some((request) => request.id === id)),
      5_000,
      "all calls on the board",
    );
  },
  180_000,
);

test("while Postgres is away a call is a 503 with Retry-After; the guest's page says so, keeps the call and sends it by itself", async () => {
  const token = await sitDown(system, 2);
  const page = await (await browser.newContext()).newPage();
  await page.goto(system.file.guestUrl);
  await page.getByRole("button", { name: /Call waiter/ }).waitFor();
  await postgres.stop();
  const refused = await call(system, token, "bill");
  expect(refused.status).toBe(503);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await page.getByRole("button", { name: /Call waiter/ }).click();
  await page
    .getByTestId("call")
    .filter({ hasText: "Call waiter" })
    .getByText("Not sent yet")
    .waitFor();
  expect(await areAlive()).toBe(true);
  await postgres.restart();
  const card = page.getByTestId("call").filter({ hasText: "Call waiter" });
  await card.getByText(/^(Sent to the team|The team has seen it)$/).waitFor({ timeout: 45_000 });
}, 120_000);
