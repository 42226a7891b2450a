import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { waitFor, startSystem, type System } from "@waiter/testkit";
import { Redis } from "ioredis";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem({ env: { WAITER_FAULT: "api:after-commit" } });
}, 180_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
}, 60_000);

test("a request committed before the api's death reaches the board within 3 s", async () => {
  using board = await openBoard(system);
  const token = await sitDown(system);
  const [pid] = system.file.pids.apis;
  const answer = await call(system, token).catch(() => undefined);
  expect(answer?.status ?? 502).toBe(502);
  await waitFor(
    () => board.requests.find(({ table, type }) => table.label === "Table 1" && type === "waiter"),
    3_000,
    "the call on the board",
  );
  await waitFor(() => system.file.pids.apis[0] !== pid, 10_000, "the api being started again");
  await waitFor(
    async () => (await fetch(`${system.file.apis[0]}/readyz`)).ok,
    30_000,
    "the api being ready again",
  );
});

test("a killed worker and an emptied Redis: every due level fires, exactly once", async () => {
  const { databaseUrl, redisUrl, worker } = system.file;
  await using database = createDatabase({ url: databaseUrl, name: "test", max: 2 });
  const tenant = (await database.findTenant("demo"))?.id ?? "";
  await database.inTenant(tenant, (tx) =>
    tx
      .updateTable("tenant")
      .set({ escalation_steps: [2, 4, 6] })
      .execute(),
  );
  const token = await sitDown(system, 1);
  const answer = await waitFor(async () => {
    const tried = await call(system, token, "bill", "the-same-key");
    return tried.status === 201 ? tried : undefined;
  }, 15_000);
  process.kill(system.file.pids.worker, "SIGKILL");
  const redis = new Redis(redisUrl);
  await redis.flushall();
  redis.disconnect();
  await waitFor(async () => (await fetch(`${worker}/readyz`)).ok, 20_000, "the worker being back");
  const levels = async (): Promise<number[]> =>
    database.inTenant(tenant, async (tx) => {
      const rows = await tx
        .selectFrom("event")
        .select("envelope")
        .where("request_id", "=", requestOf(answer).id)
        .where("type", "=", "request.escalated")
        .orderBy("seq")
        .execute();
      return rows.map(
        ({ envelope }) =>
          (JSON.parse(envelope) as { data: { request: { level: number } } }).data.request.level,
      );
    });
  await waitFor(async () => (await levels()).length >= 5, 40_000, "the last repeat");
  expect(await levels()).toEqual([1, 2, 3, 4, 5]);
});
