import { expect, test } from "@jest/globals";
import { findNextTry, type TryLimits } from "./decide-outcome.ts";

const limits: TryLimits = { leftMs: 60_000, tries: 1, atMost: 5 };
const failed = { outcome: "retry", reason: "http_500" } as const;
const later = { outcome: "later", reason: "http_429", inMs: 5_000 } as const;

test("each counted try doubles the pause, and after the last one the row ends", () => {
  for (const tries of [1, 2, 3, 4]) {
    const next = findNextTry([failed], { ...limits, tries });
    const longestMs = 1_000 * 2 ** (tries - 1);
    expect(next).toMatchObject({ counts: true, reason: "http_500" });
    expect(next?.inMs).toBeLessThanOrEqual(longestMs);
    expect(next?.inMs).toBeGreaterThanOrEqual(longestMs / 2);
  }
  expect(findNextTry([failed], { ...limits, tries: 5 })).toBeUndefined();
});

test("a row ends with its reason when the next pause would outlast its step", () => {
  expect(findNextTry([failed], { ...limits, tries: 4, leftMs: 4_000 })).toBeUndefined();
  expect(findNextTry([failed], { ...limits, tries: 4, leftMs: 8_001 })).toBeDefined();
});

test("an answer that asks for a pause costs no try, as long as the step lasts", () => {
  expect(findNextTry([failed, later], { ...limits, tries: 5 })).toMatchObject({
    counts: false,
    inMs: 5_000,
  });
  expect(findNextTry([later], { ...limits, leftMs: 4_000 })).toBeUndefined();
});
