import { expect, test } from "@jest/globals";
import { loadWorkerConfig } from "./config.ts";

test("a wrong environment is reported with every problem at once", () => {
  const load = () =>
    loadWorkerConfig({ NODE_ENV: "production", DATABASE_URL: "nonsense", RELAY_INTERVAL: "soon" });
  for (const name of ["DATABASE_URL", "RELAY_INTERVAL", "RELAY_DATABASE_URL", "REDIS_URL"])
    expect(load).toThrow(name);
});

test("the ledger's rows are kept for 1 to 90 days, 7 unless set", () => {
  const urls = {
    NODE_ENV: "production",
    DATABASE_URL: "postgres://a/b",
    RELAY_DATABASE_URL: "postgres://r/b",
    REDIS_URL: "redis://c",
  };
  expect(loadWorkerConfig(urls).DELIVERY_RETENTION).toBe(7 * 86_400_000);
  for (const DELIVERY_RETENTION of ["23h", "91d"])
    expect(() => loadWorkerConfig({ ...urls, DELIVERY_RETENTION })).toThrow("DELIVERY_RETENTION");
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
