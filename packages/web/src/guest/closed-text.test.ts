import { expect, test } from "@jest/globals";
import { en } from "../i18n/en.ts";
import { de } from "../i18n/de.ts";
import { closedText } from "./closed-text.ts";

const sunday = new Date(2025, 2, 9, 22, 0).getTime();
const at = (day: number, hour: number) => new Date(2025, 2, day, hour, 30).toISOString();

test("an opening later today is a time, one on another day names the day", () => {
  expect(closedText(at(9, 23), sunday, en)).toMatch(/We open at (11:30.PM|23:30)/u);
  expect(closedText(at(11, 18), sunday, en)).toMatch(/We open again: Tuesday.*(6:30.PM|18:30)/u);
  expect(closedText(at(11, 18), sunday, de as typeof en)).toMatch(/Dienstag.*18:30/u);
});

test("an opening in more than six days has its date", () => {
  expect(closedText(at(25, 18), sunday, en)).toMatch(/March 25|25 March/u);
});

test("without a next opening it says that it is closed", () => {
  expect(closedText(undefined, sunday, en)).toBe("We are closed at the moment.");
});
