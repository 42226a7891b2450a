import { expect, test } from "@jest/globals";
import { loadWorkerConfig } from "./config.ts";

test("a wrong environment is reported with every problem at once", () => {
  const load = () =>
    loadWorkerConfig({ NODE_ENV: "production", DATABASE_URL: "nonsense", RELAY_INTERVAL: "soon" });
  for (const name of ["DATABASE_URL", "RELAY_INTERVAL", "RELAY_DATABASE_URL", "REDIS_URL"])
    expect(load).toThrow(name);
});

test("the worker needs no variables for browsers and hosts", () => {
  const config = loadWorkerConfig({
    NODE_ENV: "production",
    DATABASE_URL: "postgres://a/b",
    RELAY_DATABASE_URL: "postgres://r/b",
    REDIS_URL: "redis://c",
  });
  expect(config).toMatchObject({
    QUEUE_REDIS_URL: "redis://c",
    RELAY_MIN_AGE: 1_000,
    RELAY_LEASE: 10_000,
  });
});
