import { expect, test } from "@jest/globals";
import { ratioInterval } from "./ratio-interval.ts";

test("equal pairs give their ratio without spread", () => {
  const { ratio, low, high, pairs } = ratioInterval([0.9, 0.9, 0.9]);
  expect([ratio, low, high].map((value) => value.toFixed(6))).toEqual([
    "0.900000",
    "0.900000",
    "0.900000",
  ]);
  expect(pairs).toBe(3);
});

test("the interval is Student's t of the logarithms", () => {
  const { ratio, low, high } = ratioInterval([1, Math.E]);
  expect(Math.log(ratio)).toBeCloseTo(0.5);
  expect(Math.log(high)).toBeCloseTo(0.5 + 12.71 * 0.5);
  expect(Math.log(low)).toBeCloseTo(0.5 - 12.71 * 0.5);
});

test("one pair proves nothing", () => {
  expect(ratioInterval([0.5])).toMatchObject({ low: 0, high: Infinity });
});
