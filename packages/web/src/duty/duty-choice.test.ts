import { expect, test } from "@jest/globals";
import { isEmptyChoice, joinChoices, knownChoice } from "./duty-choice.ts";

const places = { tables: [{ id: "t1" }, { id: "t2" }], zones: [{ id: "bar" }] };
const duty = (tables: "all" | string[], zones: string[] = []) => ({
  staff: { id: "ben", name: "Ben", role: "waiter" as const },
  since: "2026-11-27T18:00:00Z",
  tables,
  zones,
});

test("a retired table leaves a choice, so that the api does not refuse the rest", () => {
  const joined = joinChoices(duty(["t1", "retired"]), duty(["t2"], ["bar", "gone"]));
  expect(knownChoice(joined, places)).toEqual({ tables: ["t1", "t2"], zones: ["bar"] });
});

test("a duty of which only retired tables are left is empty, one for everything never", () => {
  expect(isEmptyChoice(knownChoice(duty(["retired"]), places))).toBe(true);
  expect(isEmptyChoice(knownChoice(duty("all"), { tables: [], zones: [] }))).toBe(false);
  expect(joinChoices(duty("all"), duty(["t1"]))).toEqual({ tables: "all", zones: [] });
});
