import { describe, expect, test } from "@jest/globals";
import {
  common,
  ConfigError,
  database,
  envExample,
  gateway,
  internal,
  keys,
  limits,
  loadServiceConfig,
  migration,
  platform,
  queueRedis,
  redis,
  relayDatabase,
} from "./index.ts";
import { formatDuration, parseDuration } from "./durations.ts";
import { variableRows } from "./env-example.ts";
import { loadConfig } from "./load-config.ts";

const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
const production = {
  NODE_ENV: "production",
  CORS_ORIGIN: "https://waiter.example",
  DOMAIN_URL: "https://waiter.example",
};
const redisUrl = { REDIS_URL: "redis://localhost:6379" };

describe("loadConfig", () => {
  test("lists every problem with variable, fault and expected value", () => {
    const problems = problemsOf(() =>
      loadConfig(
        { ...common, ...database },
        {
          PORT: "70000",
          LOG_LEVEL: "loud",
          TRUSTED_PROXIES: "10.0.0.0/33, 10.0.0.1",
          SHUTDOWN_DEADLINE: "60",
        },
      ),
    );
    expect(problems).toEqual([
      'LOG_LEVEL "loud" is not valid: expected debug, info, warn or error',
      'PORT "70000" is not valid: expected a whole number from 0 to 65535',
      'TRUSTED_PROXIES "10.0.0.0/33, 10.0.0.1" is not valid: expected an address block such as 10.0.0.0/8, found "10.0.0.0/33"',
      'SHUTDOWN_DEADLINE "60" is not valid: expected a duration such as 500ms, 60s or 15m',
      "DATABASE_URL is not set: Postgres, application role",
    ]);
  });

  test("a share is a number from 0 to 1", () => {
    const share = (text: string) =>
      loadConfig(common, { OTEL_TRACES_SAMPLER_ARG: text }).OTEL_TRACES_SAMPLER_ARG;
    expect(["0", "0.25", ".5", "1", ""].map(share)).toEqual([0, 0.25, 0.5, 1, 1]);
    for (const text of ["1.1", "-1", "half", "1e9"])
      expect(problemsOf(() => share(text))).toEqual([
        `OTEL_TRACES_SAMPLER_ARG "${text}" is not valid: expected a number from 0 to 1`,
      ]);
  });

  test("never repeats a secret", () => {
    const problems = problemsOf(() =>
      loadConfig(
        { ...database, ...internal, ...keys },
        {
          DATABASE_URL: "mysql://u:hunter2@h/x",
          INTERNAL_TOKEN: "hunter2",
          JWT_PRIVATE_KEYS: "hunter2",
        },
      ),
    );
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("is typed and frozen, has defaults, and treats an empty variable as unset", () => {
    const config = loadConfig(common, { PORT: "", DOMAIN_URL: "https://waiter.example" });
    expect([config.PORT, config.HOST, config.DOMAIN_URL, config.OPS_PORT]).toEqual([
      3000,
      "localhost",
      "https://waiter.example",
      undefined,
    ]);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test("a device stays signed in for 90 days without use and 180 in all", () => {
    const day = 24 * 3_600_000;
    const { SESSION_LIFETIME, SESSION_MAX_LIFETIME } = loadConfig(limits, {});
    expect([SESSION_LIFETIME, SESSION_MAX_LIFETIME]).toEqual([90 * day, 180 * day]);
  });
});

describe("loadServiceConfig", () => {
  const api = {
    ...common,
    ...database,
    ...redis,
    ...queueRedis,
    ...keys,
    ...migration,
    ...relayDatabase,
  };
  const development = { ...redisUrl, DATABASE_URL: "postgres://a@h/waiter" };

  test("development requires Postgres and Redis only", () => {
    const config = loadServiceConfig(api, development);
    expect(config.CORS_ORIGIN).toEqual(["*"]);
    expect([
      config.QUEUE_REDIS_URL,
      config.MIGRATION_DATABASE_URL,
      config.RELAY_DATABASE_URL,
      config.SHUTDOWN_DEADLINE,
    ]).toEqual([redisUrl.REDIS_URL, development.DATABASE_URL, development.DATABASE_URL, 30_000]);
  });

  test.each([
    [{ DOMAIN_URL: undefined }, ["DOMAIN_URL"]],
    [{ DOMAIN_URL: "http://waiter.example" }, ["DOMAIN_URL"]],
    [{ DOMAIN_URL: "http://waiter.example", ALLOW_HTTP: "true" }, []],
    [{ DOMAIN_URL: "https://waiter.example" }, []],
  ])("production with %j reports %j: http is an explicit choice", (given, names) => {
    const env = { ...production, OPS_PORT: "9090", ...given };
    const problems = problemsOf(() => loadServiceConfig(common, env));
    expect(problems.map((problem) => problem.split(" ", 1)[0])).toEqual(names);
    expect(loadServiceConfig(common, given).NODE_ENV).toBe("development");
  });

  test("production requires what development generates", () => {
    const problems = problemsOf(() =>
      loadServiceConfig(api, {
        ...development,
        NODE_ENV: "production",
        WAITER_FAULT: "api:after-commit",
      }),
    );
    const names = problems.map((problem) => problem.split(" ", 1)[0]);
    expect(names).toEqual([
      "CORS_ORIGIN",
      "JWT_PRIVATE_KEYS",
      "JWT_PUBLIC_KEYS",
      "RELAY_DATABASE_URL",
      "MIGRATION_DATABASE_URL",
      "WAITER_FAULT",
      "DOMAIN_URL",
      "OPS_PORT",
    ]);
  });

  test.each([
    [undefined, ["OPS_PORT is not set: required in production: a port that is not public"]],
    ["3000", ["OPS_PORT is not valid: expected a port other than PORT in production"]],
    ["9090", []],
  ])("production with OPS_PORT %s on PORT 3000 reports %s", (OPS_PORT, problems) => {
    const env = { ...production, OPS_PORT };
    expect(problemsOf(() => loadServiceConfig(common, env))).toEqual(problems);
    expect(loadServiceConfig(common, { OPS_PORT }).NODE_ENV).toBe("development");
    const { CORS_ORIGIN: _public, ...worker } = common;
    expect(loadServiceConfig(worker, env).NODE_ENV).toBe("production");
  });

  test("white space around a value is trimmed; inside a secret it is refused", () => {
    const shape = { ...internal, ...database, ...platform };
    const config = loadServiceConfig(shape, {
      INTERNAL_TOKEN: "internal-secret\n",
      DATABASE_URL: " postgres://u:p@h/waiter\r\n",
      PLATFORM_ADMIN_TOKEN: "\tplatform-secret",
    });
    expect([config.INTERNAL_TOKEN, config.DATABASE_URL, config.PLATFORM_ADMIN_TOKEN]).toEqual([
      ["internal-secret"],
      "postgres://u:p@h/waiter",
      ["platform-secret"],
    ]);
    const problems = problemsOf(() =>
      loadServiceConfig(
        { ...shape, ...redis },
        {
          INTERNAL_TOKEN: "internal\nsecret",
          DATABASE_URL: "postgres://u:p@h/wai\nter",
          PLATFORM_ADMIN_TOKEN: "geheimnis\u00e4",
          REDIS_URL: "redis://:pa ss@h",
        },
      ),
    );
    expect(problems.map((problem) => problem.split(" ", 1)[0])).toEqual([
      "INTERNAL_TOKEN",
      "DATABASE_URL",
      "PLATFORM_ADMIN_TOKEN",
      "REDIS_URL",
    ]);
    expect(problems.join()).not.toMatch(/secret|geheimnis|pa ss/);
  });

  test("a list of shared secrets may have spaces around its commas", () => {
    const read = (INTERNAL_TOKEN: string) => loadServiceConfig(internal, { INTERNAL_TOKEN });
    expect(read("old-secret, new-secret\n").INTERNAL_TOKEN).toEqual(["old-secret", "new-secret"]);
    expect(() => read("old-secret,,new-secret")).toThrow("INTERNAL_TOKEN");
  });

  test("platform tokens may have names, which do not lengthen a short one", () => {
    const shape = { ...common, ...platform };
    const read = (PLATFORM_ADMIN_TOKEN: string) =>
      loadServiceConfig(shape, { ...production, OPS_PORT: "9090", PLATFORM_ADMIN_TOKEN });
    const long = "0123456789abcdef";
    expect(read(`anna:${long}, ${long}`).PLATFORM_ADMIN_TOKEN).toEqual([`anna:${long}`, long]);
    expect(() => read("deployment:short")).toThrow("PLATFORM_ADMIN_TOKEN");
  });

  test("a port that Docker or Kubernetes wrote as a link counts as unset", () => {
    const link = { REDIS_PORT: "tcp://172.17.0.2:6379", OPS_PORT: "tcp://10.0.0.1:9090" };
    const shape = { ...common, ...redis };
    expect(loadServiceConfig(shape, { ...link, REDIS_URL: "redis://cache:1" })).toMatchObject({
      REDIS_URL: "redis://cache:1",
      OPS_PORT: undefined,
    });
    expect(loadServiceConfig(shape, { ...link, REDIS_HOST: "cache" }).REDIS_URL).toBe(
      "redis://cache:6379",
    );
  });

  test("a wildcard origin is refused in production", () => {
    expect(
      problemsOf(() =>
        loadServiceConfig(common, { ...production, OPS_PORT: "9090", CORS_ORIGIN: "*" }),
      ),
    ).toEqual(['CORS_ORIGIN "*" is not valid: expected named origins in production']);
  });

  test("a short shared secret is refused in production and never repeated", () => {
    const shape = { ...common, ...internal };
    expect(loadServiceConfig(shape, { INTERNAL_TOKEN: "short" }).INTERNAL_TOKEN).toEqual(["short"]);
    expect(
      problemsOf(() =>
        loadServiceConfig(shape, {
          ...production,
          OPS_PORT: "9090",
          INTERNAL_TOKEN: "short",
        }),
      ),
    ).toEqual(["INTERNAL_TOKEN is not valid: expected at least 16 characters in production"]);
  });

  test("REDIS_HOST and REDIS_PORT replace REDIS_URL; without any of them the error says so", () => {
    expect(loadServiceConfig(redis, { REDIS_HOST: "cache", REDIS_PORT: "6380" }).REDIS_URL).toBe(
      "redis://cache:6380",
    );
    expect(problemsOf(() => loadServiceConfig(redis, {}))).toEqual([
      "REDIS_URL is not set: expected REDIS_URL such as redis://localhost:6379, or REDIS_HOST and REDIS_PORT",
    ]);
  });

  test.each([
    "redis-sentinel://a:26379,b:26379/mymaster/0",
    "redis-cluster://a:7000,b:7001",
    "rediss://user:secret@h:6380",
  ])("takes %s", (url) => {
    expect(loadServiceConfig(redis, { REDIS_URL: url }).REDIS_URL).toBe(url);
  });

  test("the gateway's deadline defaults to its drain window plus 15 s and must exceed it", () => {
    const shape = { ...common, ...gateway };
    expect(loadServiceConfig(shape, { DRAIN_WINDOW: "10s" }).SHUTDOWN_DEADLINE).toBe(25_000);
    expect(
      problemsOf(() => loadServiceConfig(shape, { DRAIN_WINDOW: "60s", SHUTDOWN_DEADLINE: "30s" })),
    ).toHaveLength(1);
  });
});

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["60s", 60_000],
    ["15m", 900_000],
    ["1.5s", 1_500],
    ["7d", 604_800_000],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));
  test.each(["", "60", "s", "-1s", "1w", "1 s"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
  test.each([60_000, 500, 900_000, 0, 86_400_000])("%d ms written out reads as itself", (ms) =>
    expect(parseDuration(formatDuration(ms))).toBe(ms),
  );
});

describe("envExample", () => {
  test("describes every variable once and is a valid environment with the required ones set", () => {
    const text = envExample();
    for (const { name, description } of variableRows()) {
      expect(text.match(new RegExp(`^#?${name}=`, "gm"))).toHaveLength(1);
      expect(description).not.toBe("");
    }
    const active = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(active).toEqual(["DATABASE_URL="]);
    expect(text).toContain("#PORT=3000");
  });
});
