import { expect, it } from "@jest/globals";
import { openingAt } from "./opening-hours.ts";
import { isTimeZone, readableTimeZone } from "./time-zones.ts";

it("knows time zones by their names only", () => {
  expect(["Europe/Rome", "UTC", "Asia/Kolkata"].every(isTimeZone)).toBe(true);
  expect(["Mars/Base", "", "+02:00"].some(isTimeZone)).toBe(false);
});

it.each(["JST", "ACT", "CTT", "Etc/Unknown", "utc", "GMT0"])(
  "%s is refused, or hours can be read in it",
  (name) => {
    const read = () => isTimeZone(name) && openingAt({ weekly: {} }, name, 0).open;
    expect(read()).toBe(false);
  },
);

it.each([
  ["JST", "Asia/Tokyo"],
  ["Etc/Unknown", "UTC"],
  ["Mars/Base", "UTC"],
  ["Europe/Rome", "Europe/Rome"],
])("hours of a restaurant that stored %s are read in %s", (stored, zone) => {
  expect(readableTimeZone(stored)).toBe(zone);
  expect(openingAt({ weekly: {} }, readableTimeZone(stored), 0).open).toBe(false);
});
