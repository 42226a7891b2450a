import { expect, test } from "@jest/globals";
import { en } from "../i18n/en.ts";
import { staffEn } from "../i18n/staff/en.ts";
import { formatPast, formatSpan, formatWaiting } from "./time-span.ts";

const english = { ...en, ...staffEn };

test.each([
  [-5, "0 s"],
  [7, "0 s"],
  [47, "40 s"],
  [60, "1 min"],
  [150, "2 min"],
  [3_600, "1 h"],
  [3_900, "1 h 5 min"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(formatSpan(seconds * 1_000, english)).toBe(text);
});

test("a request waits from its tenth second on", () => {
  expect(formatWaiting(0, 9_999, english)).toBe("Just now");
  expect(formatWaiting(0, 120_000, english)).toBe("Waiting 2 min");
});

test("a time of another day is shown with its date", () => {
  const at = new Date(2026, 10, 25, 17, 2);
  const later = (hours: number) => at.getTime() + hours * 3_600_000;
  expect(formatPast(at.toISOString(), later(1), "en")).not.toMatch(/25/);
  expect(formatPast(at.toISOString(), later(24), "en")).toMatch(/25/);
});
