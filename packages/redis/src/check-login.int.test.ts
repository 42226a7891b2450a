import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { startRedis, waitFor, type TestRedis } from "@waiter/testkit";
import { checkRedisLogin, connectRedis } from "./index.ts";
import { call } from "./testing/call.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
  await call(redis.port, "ACL", "SETUSER", "waiter", "on", ">right", "~*", "&*", "+@all");
  await call(redis.port, "CONFIG", "SET", "requirepass", "right");
}, 60_000);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

const url = (login: string): string => {
  const [username = "", password = ""] = login.split(":");
  return Object.assign(new URL(redis.url), { username, password }).href;
};
const variable = "REDIS_URL";

describe("a login tried once", () => {
  test.each([
    ["a wrong password", "waiter:wrong", "REDIS_URL: WRONGPASS"],
    ["an unknown user", "stranger:right", "REDIS_URL: WRONGPASS"],
    ["no password", "", "REDIS_URL: NOAUTH"],
  ])("is refused by name for %s", async (_, login, message) => {
    const tried = checkRedisLogin({ url: url(login), variable });
    await expect(tried).rejects.toThrow(message);
    await expect(tried).rejects.toMatchObject({ name: "RedisLoginRefusedError" });
  });

  test("succeeds with the right password", async () => {
    await checkRedisLogin({ url: url("waiter:right"), variable });
  });

  test("names the variable when Redis does not answer, which is no refusal", async () => {
    const tried = checkRedisLogin({ url: "redis://127.0.0.1:1", variable, timeoutMs: 500 });
    await expect(tried).rejects.toThrow(/^REDIS_URL: .*ECONNREFUSED/);
    await expect(tried).rejects.toMatchObject({ name: "Error" });
  });
});

test("a refused connection says so once, and is ready when Redis knows the password", async () => {
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  const connection = connectRedis({
    url: url("waiter:later"),
    name: "test",
    role: "command",
    logger: { ...silentLogger, warn: note, error: note },
    maxReconnectAttempts: 2,
    delayMs: () => 50,
  });
  try {
    await waitFor(() => connection.state === "failed", 60_000);
    expect(connection.loginRefused).toBe(true);
    expect(said).toEqual([
      "redis refuses the login",
      "redis connection failed, probing every 30 s",
    ]);
    const administrator = connectRedis({
      url: url("waiter:right"),
      name: "administrator",
      role: "command",
      logger: silentLogger,
    });
    await administrator.ready();
    await administrator.client.call("ACL", "SETUSER", "waiter", ">later");
    await administrator.close();
    await connection.ready(60_000);
    expect(connection.loginRefused).toBe(false);
  } finally {
    await connection.close();
  }
});
