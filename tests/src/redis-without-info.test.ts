import { expect, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { startRedis, startSystem, waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

test("with a Redis user without dangerous commands a request is shown and escalates", async () => {
  await using server = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const redis = new Redis(server.url);
  const rules = ["on", ">secret", "~*", "&*", "+@all", "-@dangerous", "-@admin"];
  await redis.call("ACL", "SETUSER", "waiter", ...rules);
  await using system = await startSystem({
    // The sweeper's first round is over before the request: the queue's job escalates it.
    env: { REDIS_URL: server.url.replace("://", "://waiter:secret@"), SWEEP_INTERVAL: "1h" },
  });
  await using database = createDatabase({ url: system.file.databaseUrl, name: "test", max: 2 });
  const tenant = (await database.findTenant("demo"))?.id ?? "";
  await database.inTenant(tenant, (tx) =>
    tx
      .updateTable("tenant")
      .set({ escalation_steps: [1] })
      .execute(),
  );
  using board = await openBoard(system);
  const { id } = requestOf(await call(system, await sitDown(system, 2)));
  await waitFor(
    () => board.requests.some((request) => request.id === id && request.level >= 1),
    30_000,
    "the board showing the escalated request",
  );
  for (const name of ["api-1", "gateway-1", "worker"]) {
    expect(system.log(name)).toContain("redis ready");
    expect(system.log(name)).not.toMatch(/NOPERM|INFO command/);
  }
  redis.disconnect();
}, 240_000);
