import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { connectRedis, type RedisConnection } from "@waiter/redis";
import { startRedis, waitFor, type TestRedis } from "@waiter/testkit";
import type { Request, Response } from "express";
import { createLimitChain, limitKey } from "./limit-chain.ts";
import type { ChainedScope, LimitRules } from "./limit-scopes.ts";
import { MemoryCounter } from "./memory-counter.ts";

let server: TestRedis;
let redis: RedisConnection;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis({
    url: server.url,
    name: "test",
    role: "command",
    logger: silentLogger,
  });
  await waitFor(() => redis.state === "ready");
});
afterAll(async () => {
  await redis.close();
  await server[Symbol.asyncDispose]();
});

const scopes = ["guest_write", "table_write"] as const;
const windowMs = 60_000;

/** A caller of a tenant of its own: `send` resolves with the code of the refusal, if any. */
function caller(isRedisThere: boolean) {
  const tenantId = randomUUID();
  const refused: ChainedScope[] = [];
  const counter = () => new MemoryCounter(windowMs);
  let guest = "";
  const chain = createLimitChain({
    rules: {
      guest_write: { max: 2, windowMs },
      table_write: { max: 3, windowMs },
    } as unknown as LimitRules,
    redis: redis.client,
    available: () => isRedisThere,
    local: { guest_write: counter(), table_write: counter() } as never,
    tenantOf: () => tenantId,
    keyOf: (scope) => limitKey(`${scope} ${scope === "guest_write" ? guest : "table"}`),
    onLimited: (scope) => refused.push(scope),
  });
  const send = async (sender: string): Promise<string | undefined> => {
    guest = sender;
    const headers: string[] = [];
    const response = {
      appendHeader: (name: string, values: readonly string[]) =>
        headers.push(...values.map((value) => `${name} ${value}`)),
    };
    try {
      await chain(scopes)({} as Request, response as unknown as Response);
      return headers.find((header) => header.startsWith('RateLimit "table_write"'));
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { send, refused };
}

test.each([true, false])(
  "a request that one limit refuses does not count for the next (Redis: %s)",
  async (isRedisThere) => {
    const { send, refused } = caller(isRedisThere);
    expect(await send("a")).toContain("r=2;");
    expect(await send("a")).toContain("r=1;");
    for (let more = 0; more < 3; more += 1) expect(await send("a")).toBe("rate_limited");
    expect(await send("b")).toContain("r=0;");
    expect(await send("b")).toBe("rate_limited");
    expect(refused).toEqual(["guest_write", "guest_write", "guest_write", "table_write"]);
  },
);
