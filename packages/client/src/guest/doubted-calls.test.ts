import { expect, test } from "@jest/globals";
import type { GuestRequest } from "../protocol/types.ts";
import { DoubtedCalls } from "./doubted-calls.ts";

const own = { id: "r1", type: "water", state: "new", own: true } as GuestRequest;

/** Withdraws a call for water, and shows an own open request for water afterwards. */
function cancelledAfter(lifeMs: number): string[] {
  const cancelled: string[] = [];
  const calls = new DoubtedCalls({
    lifeMs,
    rows: () => [own],
    read: () => undefined,
    cancel: (id) => cancelled.push(id),
  });
  calls.add("water");
  calls.settle();
  calls.settle();
  return cancelled;
}

test("an own request that arrives in time is cancelled once", () => {
  expect(cancelledAfter(60_000)).toEqual(["r1"]);
});

test("an own request after that is a new call and stays", () => {
  expect(cancelledAfter(-1)).toEqual([]);
});
