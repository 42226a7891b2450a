import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Request } from "@waiter/contracts";
import { CallAlarm, type Chime } from "./call-alarm.ts";
import { arrangeRequests } from "./arrange-requests.ts";
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

  test("a new call rings at once and goes on until a touch of the board", () => {
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

  test("a touch silences only the requests that are on screen", () => {
    alarm.update([call("a"), call("b")]);
    alarm.acknowledge(new Set(["a"]));
    jest.advanceTimersByTime(1_000);
    expect(rung).toEqual(["new", "new"]);
    alarm.acknowledge(new Set(["b"]));
    jest.advanceTimersByTime(5_000);
    expect(rung).toEqual(["new", "new"]);
  });

  test("a claimed request is silent", () => {
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

test("one's own are first, then what waits by urgency and age, then the colleagues'", () => {
  const me = "00000000-0000-4000-8000-000000000001";
  const arranged = arrangeRequests(
    [
      call("young", { createdAt: "2026-01-01T12:01:00.000Z" }),
      call("old"),
      call("escalated", { level: 2, createdAt: "2026-01-01T12:02:00.000Z" }),
      call("theirs", { state: "claimed", claimedBy: { id: "ben", name: "Ben" } }),
      call("mine", { state: "claimed", claimedBy: { id: me, name: "Anna" } }),
    ],
    me,
  );
  expect(arranged.map(({ id }) => id)).toEqual(["mine", "escalated", "old", "young", "theirs"]);
});

test("a screen reader hears every new and every late request, and nothing else", () => {
  const announcer = {
    news: ({ id }: Request) => `new ${id}`,
    late: ({ id }: Request) => `late ${id}`,
  };
  expect(announcementOf(new Map(), [call("a"), call("b")], announcer)).toBe("new a. new b");
  expect(announcementOf(new Map([["a", 0]]), [call("a", { level: 1 })], announcer)).toBe("late a");
  expect(announcementOf(new Map([["a", 0]]), [call("a")], announcer)).toBeUndefined();
});
