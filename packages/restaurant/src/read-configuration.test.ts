import { expect, test } from "@jest/globals";
import { isOpenAt, type Opening } from "./index.ts";

/** Open from 18:00 to 19:00 UTC each day; `reads` counts how often its hours are looked at. */
function setUp() {
  const counts = { reads: 0 };
  const span: [string, string] = ["18:00", "19:00"];
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const weekly = Object.fromEntries(days.map((day) => [day, [span]]));
  const settings = {
    timeZone: "UTC",
    get hours() {
      counts.reads += 1;
      return { weekly };
    },
  };
  return { counts, opening: { settings, onDuty: false } as unknown as Opening };
}
const at = (time: string): number => Date.parse(`2026-11-27T${time}Z`);

test("opening hours are calculated once until they open or close", () => {
  const { counts, opening } = setUp();
  for (const time of ["17:00:00", "17:30:00", "17:59:59"])
    expect(isOpenAt(opening, at(time))).toMatchObject({ open: false, opensAt: at("18:00:00") });
  expect(counts.reads).toBe(1);
  for (const time of ["18:00:00", "18:59:59"])
    expect(isOpenAt(opening, at(time))).toMatchObject({ open: true });
  expect(counts.reads).toBe(2);
  expect(isOpenAt(opening, at("19:00:00"))).toMatchObject({ open: false });
  // A clock that was set back finds what is true then.
  expect(isOpenAt(opening, at("18:30:00"))).toMatchObject({ open: true });
  expect(counts.reads).toBe(4);
});
