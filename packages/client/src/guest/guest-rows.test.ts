import { expect, test } from "@jest/globals";
import type { GuestRequest } from "@waiter/contracts";
import { GuestRows } from "./guest-rows.ts";

const now = "2026-01-01T12:00:00.000Z";
const request = (fields: Partial<GuestRequest> = {}): GuestRequest => ({
  id: "r1",
  table: { id: "t1", label: "1" },
  type: "waiter",
  state: "new",
  level: 0,
  version: 1,
  createdAt: now,
  updatedAt: now,
  ...fields,
});

test("an older version is ignored", () => {
  const rows = new GuestRows();
  rows.take(request({ state: "claimed", version: 2 }));
  rows.take(request());
  expect(rows.all[0]?.state).toBe("claimed");
});

test("the same version with `seenAt` is taken", () => {
  const rows = new GuestRows();
  rows.take(request());
  rows.take(request({ seenAt: now }));
  rows.take(request());
  expect(rows.all[0]?.seenAt).toBe(now);
});

test("an open row missing from a full answer is dropped, unless it is newer", () => {
  const rows = new GuestRows();
  rows.take(request({ id: "old", updatedAt: "2026-01-01T11:00:00.000Z" }));
  rows.take(request({ id: "young" }));
  rows.take(request({ id: "done", state: "completed", updatedAt: "2026-01-01T11:00:00.000Z" }));
  rows.takeAll([], now);
  expect(rows.all.map(({ id }) => id)).toEqual(["done", "young"]);
});
