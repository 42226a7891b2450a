import { expect, test } from "@jest/globals";
import { inTurns } from "./in-turns.ts";

test("other work is served between two slices", async () => {
  const steps: (number | string)[] = [];
  const done = inTurns([1, 2, 3, 4, 5], 2, (slice) => {
    steps.push(...slice);
    setImmediate(() => steps.push("other"));
  });
  expect(steps).toEqual([1, 2]);
  await done;
  expect(steps).toEqual([1, 2, "other", 3, 4, "other", 5]);
  await inTurns([], 2, () => steps.push("nothing"));
  expect(steps).not.toContain("nothing");
});

test("a slice may be the last one", async () => {
  const seen: number[] = [];
  await inTurns([1, 2, 3], 1, ([item = 0]) => {
    seen.push(item);
    return item < 2;
  });
  expect(seen).toEqual([1, 2]);
});
