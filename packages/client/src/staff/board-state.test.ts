import { describe, expect, test } from "@jest/globals";
import { requestEventTypes, type Board, type Request } from "@waiter/contracts";
import { BoardState } from "./board-state.ts";

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
  test("an older event does not reopen a request closed by a command", () => {
    const state = new BoardState();
    state.adopt(board(request()));
    state.take(request({ state: "completed", version: 3 }));
    state.apply(event("request.claimed", request({ state: "claimed", version: 2 })));
    expect(state.requests).toEqual([]);
    state.apply(event("request.reopened", request({ version: 4 })));
    expect(state.requests).toHaveLength(1);
  });

  test("an event from before `seenAt` does not clear it", () => {
    const state = new BoardState();
    state.adopt(board(request({ seenAt: now })));
    state.apply(event("request.escalated", request({ level: 1, version: 2 })));
    expect(state.requests[0]).toMatchObject({ level: 1, seenAt: now });
  });

  test("an event with an invalid request throws, one without a request is ignored", () => {
    const state = new BoardState();
    expect(() => state.apply(event("request.created", { id: "r1" }))).toThrow(
      "carries no valid request",
    );
    expect(() => state.apply(event("request.sung", undefined))).not.toThrow();
    expect(() => state.apply(event("table.created", undefined))).not.toThrow();
  });

  test("the rows keep their identity until something changes", () => {
    const state = new BoardState();
    state.adopt(board(request()));
    const before = state.requests;
    expect(state.requests).toBe(before);
    state.take(request({ version: 2 }));
    expect(state.requests).not.toBe(before);
  });

  test.each(requestEventTypes)("%s is applied", (type) => {
    const state = new BoardState();
    state.apply(event(type, request()));
    expect(state.requests).toHaveLength(1);
  });
});
