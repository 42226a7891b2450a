import { expect, test } from "@jest/globals";
import { DatabaseClock } from "./database-clock.ts";

/** Postgres is this much ahead of the machine's clock, ms. */
const skew = 3_600_000;
const reading = (askedAt: number, tookMs: number, error = 0) => ({
  askedAt,
  answeredAt: askedAt + tookMs,
  databaseNow: performance.timeOrigin + askedAt + tookMs / 2 + skew + error,
});
/** How far the clock is from Postgres', ms; the machine's own clock may be adjusted meanwhile. */
const errorOf = (clock: DatabaseClock) =>
  Math.abs(clock.now() - (performance.timeOrigin + performance.now() + skew));

test("the quickest answer of five minutes tells Postgres' clock", () => {
  const clock = new DatabaseClock();
  const now = performance.now();
  clock.note(reading(now, 10, 4));
  clock.note(reading(now, 2_000, 900));
  expect(errorOf(clock)).toBeLessThan(5);
  clock.note(reading(now, 4, 1));
  expect(errorOf(clock)).toBeLessThan(2);
  clock.note(reading(now + 300_100, 20, 7));
  expect(errorOf(clock)).toBeGreaterThan(6);
});

test("before the first answer the machine's clock is used", () => {
  expect(Math.abs(new DatabaseClock().now() - Date.now())).toBeLessThan(1_000);
});
