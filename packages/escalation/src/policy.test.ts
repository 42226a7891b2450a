import { expect, test } from "@jest/globals";
import { audiences, type EscalationPolicy } from "@waiter/contracts";
import fc from "fast-check";
import { audienceAt, defaultPolicy, effectivePolicy, offsetS, secondsOf } from "./index.ts";
import { lastLevel } from "./policy.ts";

const policy = fc
  .array(
    fc.record({ pause: fc.integer({ min: 1, max: 500 }), to: fc.constantFrom(...audiences) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts): EscalationPolicy => {
    let afterS = 0;
    const steps = parts.map(({ pause, to }, index) => ({
      afterS: index === 0 ? 0 : (afterS += pause),
      to,
    }));
    return { steps, doneAfterS: 0 };
  });

test("the default rings at 0, 30, 60 and 120 s and repeats the last step at 180 and 240 s", () => {
  const levels = [0, 1, 2, 3, 4, 5, 6];
  expect(levels.map((level) => offsetS(defaultPolicy, level))).toEqual([
    0,
    30,
    60,
    120,
    180,
    240,
    undefined,
  ]);
  expect(levels.map((level) => audienceAt(defaultPolicy, level))).toEqual([
    "assigned",
    "zone",
    "everyone",
    ...Array(4).fill("managers"),
  ]);
});

test("levels rise up to the last repeat, and the repeats keep the last pause", () => {
  fc.assert(
    fc.property(policy, (one) => {
      const offsets = [0, ...secondsOf(one)];
      expect(offsets).toHaveLength(lastLevel(one) + 1);
      expect(offsets).toEqual([...new Set(offsets)].sort((one, other) => one - other));
      expect(offsetS(one, offsets.length)).toBeUndefined();
      const pauses = offsets.slice(-4).map((at, index, all) => at - (all[index - 1] ?? at));
      expect(new Set(pauses.slice(1)).size).toBe(one.steps.length < 2 ? 0 : 1);
    }),
  );
});

test("seconds alone keep their times, and the first step is added", () => {
  expect(effectivePolicy(null, [30, 60, 120])).toEqual(defaultPolicy);
  expect(effectivePolicy(null, [])).toEqual({
    steps: [{ afterS: 0, to: "assigned" }],
    doneAfterS: 1_200,
  });
  expect(effectivePolicy(defaultPolicy, [1])).toBe(defaultPolicy);
});
