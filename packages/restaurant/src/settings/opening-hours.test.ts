import { describe, expect, it } from "@jest/globals";
import type { OpeningHours } from "@waiter/contracts";
import { findHoursProblems, openingAt } from "./opening-hours.ts";

const at = (text: string): number => new Date(text).getTime();
const berlin = "Europe/Berlin";

describe("openingAt", () => {
  const hours: OpeningHours = {
    weekly: {
      fri: [
        ["11:30", "14:30"],
        ["18:00", "01:00"],
      ],
      mon: [["00:00", "00:00"]],
    },
    dates: { "2026-12-25": [] },
  };

  it.each([
    ["before lunch", "2026-11-27T10:29:59Z", { open: false, opensAt: at("2026-11-27T10:30:00Z") }],
    ["at lunch", "2026-11-27T10:30:00Z", { open: true, closesAt: at("2026-11-27T13:30:00Z") }],
    ["past midnight", "2026-11-27T23:59:00Z", { open: true, closesAt: at("2026-11-28T00:00:00Z") }],
    [
      "closed at the end",
      "2026-11-28T00:00:00Z",
      { open: false, opensAt: at("2026-11-29T23:00:00Z") },
    ],
    [
      "equal times are 24 hours",
      "2026-11-30T22:59:59Z",
      { open: true, closesAt: at("2026-11-30T23:00:00Z") },
    ],
    [
      "a dated exception closes the day",
      "2026-12-25T11:00:00Z",
      { open: false, opensAt: at("2026-12-27T23:00:00Z") },
    ],
  ])("%s", (_name, now, expected) => {
    expect(openingAt(hours, berlin, at(now))).toEqual(expected);
  });

  it("keeps the evening before a dated exception open past midnight", () => {
    const christmas: OpeningHours = {
      weekly: { thu: [["18:00", "02:00"]] },
      dates: { "2026-12-25": [] },
    };
    expect(openingAt(christmas, berlin, at("2026-12-25T00:30:00Z")).open).toBe(true);
  });

  it("moves a skipped local time forward when the clocks change", () => {
    const night: OpeningHours = { weekly: { sun: [["02:30", "05:00"]] } };
    expect(openingAt(night, berlin, at("2026-03-29T01:29:00Z"))).toEqual({
      open: false,
      opensAt: at("2026-03-29T01:30:00Z"),
    });
  });

  it("is always open without hours, and never with empty ones", () => {
    expect(openingAt(null, berlin, at("2026-11-27T03:00:00Z"))).toEqual({ open: true });
    expect(openingAt({ weekly: {} }, berlin, at("2026-11-27T03:00:00Z"))).toEqual({ open: false });
  });
});

describe("findHoursProblems", () => {
  it.each<[string, OpeningHours, string[]]>([
    [
      "spans that touch",
      {
        weekly: {
          mon: [
            ["10:00", "12:00"],
            ["12:00", "14:00"],
          ],
        },
      },
      [],
    ],
    [
      "an overlap within a day",
      {
        weekly: {
          mon: [
            ["10:00", "12:00"],
            ["11:00", "14:00"],
          ],
        },
      },
      ["weekly.mon.1"],
    ],
    [
      "the same span twice",
      {
        weekly: {
          mon: [
            ["10:00", "12:00"],
            ["10:00", "12:00"],
          ],
        },
      },
      ["weekly.mon.1"],
    ],
    [
      "an overlap across midnight",
      { weekly: { mon: [["18:00", "02:00"]], tue: [["01:00", "03:00"]] } },
      ["weekly.tue.0"],
    ],
    [
      "an overlap over the week's end",
      { weekly: { sun: [["18:00", "02:00"]], mon: [["01:00", "03:00"]] } },
      ["weekly.mon.0"],
    ],
    [
      "an exception that the evening before runs into",
      { weekly: { thu: [["18:00", "02:00"]] }, dates: { "2026-12-25": [["01:00", "05:00"]] } },
      ["dates.2026-12-25.0"],
    ],
    [
      "an exception that runs into the next day",
      { weekly: { sat: [["00:30", "03:00"]] }, dates: { "2026-12-25": [["20:00", "01:00"]] } },
      ["dates.2026-12-25.0"],
    ],
  ])("%s", (_name, hours, paths) => {
    expect(findHoursProblems(hours).map(({ path }) => path)).toEqual(paths);
  });
});

it("looks through 1,700 dates in some ms of CPU", () => {
  const weekly = { sat: [["10:00", "11:00"]] } satisfies OpeningHours["weekly"];
  const dates = Object.fromEntries(
    Array.from({ length: 1_700 }, (_, n) => [
      new Date(Date.UTC(2026, 0, 1) + 2 * n * 86_400_000).toISOString().slice(0, 10),
      [["01:00", "02:00"]] as [string, string][],
    ]),
  );
  const begin = process.cpuUsage();
  expect(findHoursProblems({ weekly, dates })).toEqual([]);
  expect(process.cpuUsage(begin).user).toBeLessThan(100_000);
});
