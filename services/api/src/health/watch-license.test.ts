import { afterEach, expect, jest, test } from "@jest/globals";
import { generateKeys, signLicense } from "@waiter/auth";
import { createMetrics } from "@waiter/metrics";
import { watchLicense } from "./watch-license.ts";

afterEach(() => void jest.useRealTimers());

test("the gauges follow an expiring licence without a health request", async () => {
  const start = Date.UTC(2026, 0, 1);
  jest.useFakeTimers({ now: start });
  const keys = generateKeys();
  const metrics = createMetrics({
    names: ["licenseValid", "licenseExpires"],
    defaults: false,
  });
  watchLicense(
    signLicense("Trattoria", new Date(start + 60_000), keys.privatePem),
    keys.publicPem,
    metrics,
  );
  expect(await metrics.registry.metrics()).toContain("waiter_license_valid 1\n");
  jest.setSystemTime(start + 61_000);
  const scraped = await metrics.registry.metrics();
  expect(scraped).toContain("waiter_license_valid 0\n");
  expect(scraped).toMatch(
    new RegExp(`^waiter_license_expires\\S* ${(start + 60_000) / 1_000}$`, "m"),
  );
});
