import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Request } from "@waiter/contracts";
import { CallAlarm, type Chime } from "./call-alarm.ts";
import { sortCalls } from "./sort-calls.ts";
import { announcementOf } from "./use-announcer.ts";

const call = (id: string, fields: Partial<Request> = {}): Request => ({
  id,
  table: { id: "t", label: "4" },
  type: "waiter",
  state: "new",
  level: 0,
  version: 1,
  createdAt: "2026-01-01T12:00:00.000Z",
  updatedAt: "2026-01-01T12:00:00.000Z",
  ...fields,
});

describe("the alarm", () => {
  const rung: Chime[] = [];
  let alarm: CallAlarm;
  beforeEach(() => {
    jest.useFakeTimers();
    rung.length = 0;
    alarm = new CallAlarm((chime) => rung.push(chime), { new: 1_000, escalated: 500 });
  });
  afterEach(() => {
    alarm.close();
    jest.useRealTimers();
  });

  test("a new call rings at once and goes on until somebody touches the board", () => {
    alarm.update([call("a")]);
    expect(rung).toEqual(["new"]);
    jest.advanceTimersByTime(2_000);
    expect(rung).toHaveLength(3);
    alarm.acknowledge();
    jest.advanceTimersByTime(5_000);
    expect(rung).toHaveLength(3);
  });

  test("an update without news does not ring", () => {
    alarm.update([call("a")]);
    alarm.update([call("a")]);
    expect(rung).toEqual(["new"]);
  });

  test("an escalation rings again, although the call had been heard, and more urgently", () => {
    alarm.update([call("a")]);
    alarm.acknowledge();
    alarm.update([call("a", { level: 1 })]);
    jest.advanceTimersByTime(500);
    expect(rung).toEqual(["new", "escalated", "escalated"]);
  });

  test("a call that somebody took is silent", () => {
    alarm.update([call("a")]);
    alarm.update([]);
    jest.advanceTimersByTime(5_000);
    expect(rung).toEqual(["new"]);
  });

  test("a call that comes back rings again", () => {
    alarm.update([call("a")]);
    alarm.acknowledge();
    alarm.update([]);
    alarm.update([call("a")]);
    expect(rung).toEqual(["new", "new"]);
  });
});

test("the most urgent call is first, then the oldest; what is in hand stands apart", () => {
  const { waiting, inHand } = sortCalls([
    call("young", { createdAt: "2026-01-01T12:01:00.000Z" }),
    call("old"),
    call("escalated", { level: 2, createdAt: "2026-01-01T12:02:00.000Z" }),
    call("claimed", { state: "claimed" }),
  ]);
  expect(waiting.map(({ id }) => id)).toEqual(["escalated", "old", "young"]);
  expect(inHand.map(({ id }) => id)).toEqual(["claimed"]);
});

test("a screen reader hears of new and of escalated calls, and of nothing else", () => {
  const types = [{ key: "waiter", label: "Call waiter", icon: "🙋", asksPayment: false }];
  expect(announcementOf(new Map(), [call("a")], types)).toBe("New call: Table 4, Call waiter");
  expect(announcementOf(new Map([["a", 0]]), [call("a", { level: 1 })], types)).toBe(
    "Escalated: Table 4, Call waiter",
  );
  expect(announcementOf(new Map([["a", 0]]), [call("a")], types)).toBeUndefined();
});
