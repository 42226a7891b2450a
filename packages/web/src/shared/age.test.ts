import { expect, test } from "@jest/globals";
import { formatAge, speakAge } from "./age.ts";

test.each([
  [-5, "0:00"],
  [7, "0:07"],
  [65, "1:05"],
  [3_725, "1:02:05"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(formatAge(0, seconds * 1_000)).toBe(text);
});

test("a screen reader is told minutes, so that it does not talk every second", () => {
  expect(speakAge(0, 59_000)).toBe("less than a minute ago");
  expect(speakAge(0, 60_000)).toBe("1 minute ago");
  expect(speakAge(0, 150_000)).toBe("2 minutes ago");
});
