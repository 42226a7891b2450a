import { expect, test } from "@jest/globals";
import { retryPause } from "./retry-pause.ts";

test("readings that fail are repeated ever later, each page at its own moment", () => {
  const pauses = [1, 2, 3, 4, 50].map(retryPause);
  [5_000, 10_000, 20_000, 30_000, 30_000].forEach((shortest, index) => {
    expect(pauses[index]).toBeGreaterThanOrEqual(shortest);
    expect(pauses[index]).toBeLessThanOrEqual(shortest * 1.25);
  });
  expect(new Set(Array.from({ length: 10 }, () => retryPause(1))).size).toBeGreaterThan(1);
});
