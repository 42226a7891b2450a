import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import { keys } from "@waiter/contracts";
import { RedisReplayLog } from "@waiter/replay-log";
import { createRequest } from "@waiter/requests";
import { waitFor, startSystem, type System } from "@waiter/testkit";
import { Redis } from "ioredis";
import { openDemoTenant, type DemoTenant } from "./harness/demo-tenant.ts";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

/** What a board may need at most: its gateway asks for the heads that changed every 10 s. */
const convergenceMs = 20_000;

let system: System;
let demo: DemoTenant;
let redis: Redis;
beforeAll(async () => {
  system = await startSystem();
  demo = await openDemoTenant(system);
  redis = new Redis(system.file.redisUrl);
}, 180_000);
afterAll(async () => {
  redis?.disconnect();
  await demo?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

const shows = (board: StaffClient, id: string): boolean =>
  board.requests.some((request) => request.id === id);

/**
 * As when a master dies with an unreplicated tail: nothing in Redis tells of the event any more.
 */
async function loseFromRedis(epoch: string): Promise<void> {
  expect(await redis.del(keys.log(demo.id, epoch), keys.head(demo.id))).toBe(2);
}

test("a board gets a lost event within 20 s, without log and head", async () => {
  using board = await openBoard(system);
  const before = requestOf(await call(system, await sitDown(system, 0)));
  await waitFor(() => shows(board, before.id), 10_000, "an ordinary call on the board");
  // The relay would publish it: it stands still until the outbox is empty.
  process.kill(system.file.pids.worker, "SIGSTOP");
  const table = board.tables.find(({ id }) => id !== before.table.id);
  const { request, event } = await createRequest(demo.database, {
    tenantId: demo.id,
    actor: { kind: "guest", sessionId: randomUUID(), tableId: table?.id ?? "" },
    type: "bill",
  });
  if (event === undefined) throw new Error("the call made no event");
  await new RedisReplayLog(redis).append(event);
  await demo.database.inTenant(demo.id, (tx) =>
    tx.deleteFrom("outbox").where("seq", "=", event.seq).execute(),
  );
  process.kill(system.file.pids.worker, "SIGCONT");
  await loseFromRedis(event.epoch);
  expect(shows(board, request.id)).toBe(false);
  await waitFor(() => shows(board, request.id), convergenceMs, "the call on the board");
}, 90_000);

test("a lost event with lost log and head is on the board within 20 s", async () => {
  using board = await openBoard(system);
  const token = await sitDown(system, 2);
  // Its subscription is cut; the gateway comes back a second later.
  const subscriber = String(await redis.call("CLIENT", "LIST"))
    .split("\n")
    .find((line) => line.includes("name=gateway-subscriber"));
  await redis.call("CLIENT", "KILL", "ID", /id=(\d+)/.exec(subscriber ?? "")?.[1] ?? "");
  const request = requestOf(await call(system, token, "water"));
  const seq = async () => Number(await redis.hget(keys.head(demo.id), "seq"));
  const [head] = await demo.database.heads([demo.id]);
  await waitFor(
    async () => (await seq()) >= (head?.seq ?? Infinity),
    5_000,
    "the event in the log",
  );
  await loseFromRedis(head?.epoch ?? "");
  await waitFor(() => shows(board, request.id), convergenceMs, "the call on the board");
}, 90_000);
