import { expect, test } from "@jest/globals";
import { retryAfterMs } from "./index.ts";

test("Retry-After is read as seconds or as a date, at most an hour", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  expect(retryAfterMs("120", now)).toBe(120_000);
  expect(retryAfterMs("Thu, 26 Nov 2026 12:00:30 GMT", now)).toBe(30_000);
  expect(retryAfterMs("Thu, 26 Nov 2026 11:00:00 GMT", now)).toBe(0);
  expect(retryAfterMs("99999999", now)).toBe(3_600_000);
  expect(retryAfterMs("soon", now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});
