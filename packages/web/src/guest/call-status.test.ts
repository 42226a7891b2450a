import { expect, test } from "@jest/globals";
import type { GuestRequest } from "@waiter/contracts";
import { statusOf, unsentStatus } from "./call-status.ts";

const now = "2026-01-01T12:00:00.000Z";
const request: GuestRequest = {
  id: "r",
  table: { id: "t", label: "4" },
  type: "waiter",
  state: "new",
  level: 0,
  version: 1,
  createdAt: now,
  updatedAt: now,
};

test("not sent, saved, saved with nobody watching, on a screen and claimed all read differently", () => {
  const texts = [
    unsentStatus,
    statusOf(request, true),
    statusOf(request, false),
    statusOf({ ...request, seenAt: now }, true),
    statusOf({ ...request, state: "claimed", claimedBy: { name: "Ada" } }, true),
  ].map(({ text, detail }) => `${text}: ${detail}`);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.at(-1)).toContain("Claimed by Ada");
});

test("while it cannot be known whether anybody watches, nobody is told that nobody does", () => {
  expect(statusOf(request, null)).toEqual(statusOf(request, true));
});

test("a screen that was there and left does not unsay that the call was seen", () => {
  expect(statusOf({ ...request, seenAt: now }, false).text).toBe("On a staff screen");
});
