import { describe, expect, test } from "@jest/globals";
import { RedisVersionError } from "./index.ts";
import { clusterOptions, redisOptions, type RedisRole } from "./client-options.ts";
import { reconnectDelayMs } from "./schedule.ts";
import { parseRedisUrl } from "./target.ts";
import { assertRedisVersion } from "./version.ts";

const tuning = {
  name: "test",
  commandTimeoutMs: 500,
  connectTimeoutMs: 10_000,
  autoResubscribe: true,
  delay: reconnectDelayMs,
};
const standalone = {
  kind: "standalone",
  tls: false,
  db: 0,
  nodes: [{ host: "h", port: 6379 }],
} as const;

describe("parseRedisUrl", () => {
  test.each([
    [
      "redis://localhost",
      { kind: "standalone", tls: false, db: 0, nodes: [{ host: "localhost", port: 6379 }] },
    ],
    [
      "rediss://user:p%40ss@h:6380/2",
      {
        kind: "standalone",
        tls: true,
        db: 2,
        username: "user",
        password: "p@ss",
        nodes: [{ host: "h", port: 6380 }],
      },
    ],
    [
      "redis://[::1]:7000",
      { kind: "standalone", tls: false, db: 0, nodes: [{ host: "::1", port: 7000 }] },
    ],
    [
      "redis-sentinel://:pw@a,b:26380/mymaster/1?sentinelPassword=x",
      {
        kind: "sentinel",
        tls: false,
        master: "mymaster",
        db: 1,
        password: "pw",
        sentinelPassword: "x",
        sentinelTls: false,
        nodes: [
          { host: "a", port: 26379 },
          { host: "b", port: 26380 },
        ],
      },
    ],
    [
      "redis-cluster://a:7000,b:7001?tls=true",
      {
        kind: "cluster",
        tls: true,
        nodes: [
          { host: "a", port: 7000 },
          { host: "b", port: 7001 },
        ],
      },
    ],
  ])("reads %s", (url, target) => expect(parseRedisUrl(url)).toEqual(target));

  test.each([
    "http://h",
    "redis://",
    "redis://a,b",
    "redis-sentinel://a",
    "redis-cluster://a/1",
    "redis://h/x",
    "redis://h:99999",
  ])("refuses %s without repeating it", (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/Redis|redis-sentinel URL/);
  });
});

test("reconnects after 1, 2, 4, 8, 16, then 30 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(reconnectDelayMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

describe("options", () => {
  test("commands fail while Redis is absent, workers and subscribers wait", () => {
    for (const role of ["command", "publisher", "producer"] as const) {
      expect(redisOptions(standalone, { ...tuning, role })).toMatchObject({
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        connectTimeout: 10_000,
      });
    }
    for (const role of ["queue", "subscriber"] as const)
      expect(redisOptions(standalone, { ...tuning, role })).toMatchObject({
        maxRetriesPerRequest: null,
        enableOfflineQueue: true,
      });
  });

  test("what a Cluster's node sends by itself is bounded, too", () => {
    const target = { kind: "cluster", tls: false, nodes: [{ host: "h", port: 7000 }] } as const;
    const ofRole = (role: RedisRole) => clusterOptions(target, { ...tuning, role }).redisOptions;
    expect(ofRole("command")).toMatchObject({ commandTimeout: 500 });
    expect(ofRole("subscriber")).not.toHaveProperty("commandTimeout");
  });

  test("a Cluster's subscriber uses sharded subscribers", () => {
    const target = { kind: "cluster", tls: false, nodes: [{ host: "h", port: 7000 }] } as const;
    expect(clusterOptions(target, { ...tuning, role: "subscriber" }).shardedSubscribers).toBe(true);
    expect(clusterOptions(target, { ...tuning, role: "command" }).shardedSubscribers).toBe(false);
  });
});

test("a Redis older than 7.0 is refused with a reason", () => {
  const hello = (version: string) => ["server", "redis", "version", version, "proto", 2];
  expect(assertRedisVersion(hello("7.0.15"))).toBe("7.0.15");
  expect(assertRedisVersion({ server: "redis", version: "10.1.0" })).toBe("10.1.0");
  expect(() => assertRedisVersion(hello("6.2.14"))).toThrow(RedisVersionError);
  expect(() => assertRedisVersion(hello("6.2.14"))).toThrow("needs Redis 7.0 or newer");
  expect(() => assertRedisVersion([])).toThrow("no version");
});
