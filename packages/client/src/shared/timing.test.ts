import { describe, expect, test } from "@jest/globals";
import { defaultTiming, retryDelay } from "./timing.ts";

const low = () => 0;
const high = () => 1;

test.each([0, 0.5, 1])(
  "five timed-out refreshes fit into the two minutes of the api's grace period",
  (random) => {
    let at = 0;
    for (let attempt = 0; attempt < 4; attempt++)
      at += defaultTiming.httpMs + retryDelay(attempt, undefined, defaultTiming, () => random);
    expect(at).toBeLessThan(120_000 - defaultTiming.httpMs);
  },
);

describe("the delay before a retry", () => {
  test("doubles with full jitter up to the longest back-off", () => {
    const highest = [0, 1, 2, 3, 4, 5, 50].map((attempt) =>
      retryDelay(attempt, undefined, defaultTiming, high),
    );
    expect(highest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(retryDelay(5, undefined, defaultTiming, low)).toBeLessThan(2_000);
  });

  test("starts at Retry-After and spreads over the larger of it and the back-off", () => {
    expect([low, high].map((random) => retryDelay(0, 2_000, defaultTiming, random))).toEqual([
      2_000, 4_000,
    ]);
    expect([low, high].map((random) => retryDelay(4, 2_000, defaultTiming, random))).toEqual([
      2_000, 18_000,
    ]);
  });

  test("stays spread and bounded under an absurd Retry-After", () => {
    expect([low, high].map((random) => retryDelay(0, 86_400_000, defaultTiming, random))).toEqual([
      20_000, 30_000,
    ]);
  });
});
