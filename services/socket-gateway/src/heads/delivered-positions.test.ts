import { expect, test } from "@jest/globals";
import { DeliveredPositions } from "./delivered-positions.ts";

const at = (seq: number) => ({ epoch: "e", seq });

test("a head counts as delivered only after the time in which it is published", () => {
  let now = 0;
  const positions = new DeliveredPositions(() => now);
  positions.note("a", at(1));
  expect(positions.get("a")).toBeUndefined();
  positions.begin("a", at(2));
  positions.begin("a", at(9));
  positions.note("a", at(9));
  expect(positions.get("a")).toEqual(at(2));
  now += 10_000;
  positions.note("a", at(5));
  expect(positions.get("a")).toEqual(at(2));
  now += 10_000;
  positions.note("a", at(7));
  expect(positions.get("a")).toEqual(at(5));
  positions.forget("a");
  expect(positions.get("a")).toBeUndefined();
});
