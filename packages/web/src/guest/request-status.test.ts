import { expect, test } from "@jest/globals";
import type { GuestRequest } from "@waiter/contracts";
import { en as english } from "../i18n/en.ts";
import { statusOf, unsentStatus } from "./request-status.ts";

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
const seen = (staffOnline: boolean | null) => ({
  texts: english,
  isolate: (text: string) => text,
  staffOnline,
});

test("sending, not sent, saved, saved without staff, seen and claimed all read differently", () => {
  const texts = [
    unsentStatus(0, english),
    unsentStatus(2_000, english),
    statusOf(request, seen(true)),
    statusOf(request, seen(false)),
    statusOf({ ...request, seenAt: now }, seen(true)),
    statusOf({ ...request, state: "claimed", claimedBy: { name: "Ada" } }, seen(true)),
  ].map(({ text, detail }) => `${text}: ${detail}`);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.at(-1)).toContain("Ada is coming");
});

test("unknown presence reads like a connected screen", () => {
  expect(statusOf(request, seen(null))).toEqual(statusOf(request, seen(true)));
});

test("a reminder is not claimed while no staff screen is connected", () => {
  const late = statusOf({ ...request, level: 2 }, seen(false));
  expect(late.detail).toBe(english.guest.detail.savedNobody);
  expect(statusOf({ ...request, level: 2 }, seen(true)).detail).toBe(
    english.guest.detail.escalated,
  );
});

test("a screen that disconnects does not undo that the request was seen", () => {
  expect(statusOf({ ...request, seenAt: now }, seen(false)).text).toBe(english.guest.status.seen);
});

test("a request that reached no device of the staff asks the guest to wave", () => {
  const unheard = statusOf({ ...request, level: 2, reach: "none" }, seen(true));
  expect(unheard.detail).toBe(english.guest.detail.savedNobody);
  expect(unheard.tone).toBe("warn");
});
