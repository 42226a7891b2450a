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

test("a snapshot keeps the positions of its moment, whatever is noted later", () => {
  let now = 0;
  const positions = new DeliveredPositions(() => now);
  const ids = ["noted", "confirmed", "left", "round"];
  for (const id of ids) positions.begin(id, "e");
  for (const id of ["noted", "left", "round"]) positions.confirm(id, at(3));
  now = 20_000;
  positions.note("round", at(4));
  const before = new Map([...ids, "new"].map((id) => [id, positions.get(id)]));
  const snapshot = positions.snapshot();
  now = 40_000;
  for (const seq of [5, 6]) {
    positions.note("noted", at(seq));
    now += 20_000;
    positions.noteRound();
  }
  positions.confirm("confirmed", at(7));
  positions.forget("left");
  positions.begin("left", "other");
  positions.begin("new", "e");
  expect(new Map([...before.keys()].map((id) => [id, snapshot.get(id)]))).toEqual(before);
  expect(["noted", "round"].map((id) => positions.get(id))).toEqual([at(6), at(4)]);
  snapshot[Symbol.dispose]();
});
