import { describe, expect, test } from "@jest/globals";
import type { Board, Request } from "@waiter/contracts";
import { BoardState } from "./board-state.ts";
import { GuestRows } from "./guest-rows.ts";

const now = "2026-01-01T12:00:00.000Z";
const request = (fields: Partial<Request> = {}): Request => ({
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
const event = (type: string, row: unknown) => ({
  epoch: "e",
  seq: 1,
  id: "i",
  type,
  at: now,
  data: { request: row },
});
const board = (...requests: Request[]): Board => ({
  epoch: "e",
  seq: 1,
  now,
  requests,
  tables: [],
  staff: [],
  requestTypes: [],
});

describe("a board", () => {
  test("a closed request stays closed when an older event comes after the answer to one's own command", () => {
    const state = new BoardState();
    state.adopt(board(request()));
    state.take(request({ state: "completed", version: 3 }));
    state.apply(event("request.claimed", request({ state: "claimed", version: 2 })));
    expect(state.requests).toEqual([]);
    state.apply(event("request.reopened", request({ version: 4 })));
    expect(state.requests).toHaveLength(1);
  });

  test("an event made before a request was seen does not make it unseen", () => {
    const state = new BoardState();
    state.adopt(board(request({ seenAt: now })));
    state.apply(event("request.escalated", request({ level: 1, version: 2 })));
    expect(state.requests[0]).toMatchObject({ level: 1, seenAt: now });
  });

  test("a known event without a request throws, an unknown one is ignored", () => {
    const state = new BoardState();
    expect(() => state.apply(event("request.created", { id: "r1" }))).toThrow("carries no request");
    expect(() => state.apply(event("request.sung", undefined))).not.toThrow();
    expect(() => state.apply(event("table.created", undefined))).not.toThrow();
  });

  test("its rows are the same array until something changes", () => {
    const state = new BoardState();
    state.adopt(board(request()));
    const before = state.requests;
    expect(state.requests).toBe(before);
    state.take(request({ version: 2 }));
    expect(state.requests).not.toBe(before);
  });
});

describe("a guest's rows", () => {
  test("a late message of an older version changes nothing", () => {
    const rows = new GuestRows();
    rows.take(request({ state: "claimed", version: 2 }));
    rows.take(request());
    expect(rows.all[0]?.state).toBe("claimed");
  });

  test("the same version is taken again, because being seen makes no new one", () => {
    const rows = new GuestRows();
    rows.take(request());
    rows.take(request({ seenAt: now }));
    rows.take(request());
    expect(rows.all[0]?.seenAt).toBe(now);
  });

  test("an open row that a full answer lacks is gone, unless it is newer than the answer", () => {
    const rows = new GuestRows();
    rows.take(request({ id: "old", updatedAt: "2026-01-01T11:00:00.000Z" }));
    rows.take(request({ id: "young" }));
    rows.take(request({ id: "done", state: "completed", updatedAt: "2026-01-01T11:00:00.000Z" }));
    rows.takeAll([], now);
    expect(rows.all.map(({ id }) => id)).toEqual(["done", "young"]);
  });
});
