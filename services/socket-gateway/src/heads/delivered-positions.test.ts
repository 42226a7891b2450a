import { expect, test } from "@jest/globals";
import { DeliveredPositions } from "./delivered-positions.ts";

const at = (seq: number) => ({ epoch: "e", seq });

test("a head counts as delivered only after the time in which it is published", () => {
  let now = 0;
  const positions = new DeliveredPositions(() => now);
  positions.note("a", at(1));
  expect(positions.get("a")).toBeUndefined();
  positions.begin("a", "e");
  expect(positions.get("a")).toEqual(at(0));
  positions.confirm("a", at(2));
  positions.begin("a", "invented");
  positions.confirm("a", at(9));
  positions.note("a", at(9));
  expect(positions.get("a")).toEqual(at(2));
  now += 10_000;
  positions.note("a", at(5));
  expect(positions.get("a")).toEqual(at(2));
  now += 10_000;
  positions.note("a", at(7));
  expect(positions.get("a")).toEqual(at(5));
  // No change since: the round alone says that the newest one was delivered.
  now += 9_000;
  positions.noteRound();
  expect(positions.get("a")).toEqual(at(5));
  now += 1_000;
  positions.noteRound();
  expect(positions.get("a")).toEqual(at(7));
  positions.forget("a");
  expect(positions.get("a")).toBeUndefined();
});
