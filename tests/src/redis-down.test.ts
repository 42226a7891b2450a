import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startRedis, waitFor, type TestRedis, startSystem, type System } from "@waiter/testkit";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

const outageMs = 60_000;
/** Heads every 3 s (jittered by a quarter), a sync through the api, and a margin. */
const behindMs = 8_000;

let redis: TestRedis;
let system: System;
beforeAll(async () => {
  redis = await startRedis();
  system = await startSystem({ env: { REDIS_URL: redis.url } });
}, 180_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
}, 60_000);

test("without Redis a board shows degraded and stays within 8 s", async () => {
  using board = await openBoard(system);
  const states: string[] = [];
  board.on("state", (state) => states.push(state));
  const tokens = await Promise.all(Array.from({ length: 8 }, (_, table) => sitDown(system, table)));
  await redis.stop();
  const end = Date.now() + outageMs;
  await waitFor(() => board.state === "degraded", 10_000, "the board being degraded");
  for (const [index, token] of tokens.entries()) {
    const { id } = requestOf(await call(system, token, "water"));
    await waitFor(
      () => board.requests.some((request) => request.id === id),
      behindMs,
      `call ${index + 1} on the board`,
    );
    await sleep(Math.max(0, (end - Date.now()) / (tokens.length - index)));
  }
  await redis.restart();
  await waitFor(() => board.state === "live", 45_000, "the board being live again");
  // Its connection was there all the while.
  expect(states).toEqual(["degraded", "live"]);
  const token = await sitDown(system, 0);
  const { id } = requestOf(await call(system, token, "bill"));
  await waitFor(
    () => board.requests.some((request) => request.id === id),
    10_000,
    "a call on the board after the outage",
  );
}, 150_000);
