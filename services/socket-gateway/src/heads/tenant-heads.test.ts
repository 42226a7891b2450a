import { expect, jest, test } from "@jest/globals";
import { TenantHeads } from "./tenant-heads.ts";

function setUp() {
  let now = 1_000_000;
  const told: [string, number][] = [];
  const unknown: string[] = [];
  const heads = new TenantHeads({
    quietMs: 1_000,
    silenceMs: 25_000,
    send: (tenant, { seq }) => told.push([tenant, seq]),
    onUnknownEpoch: (tenant) => unknown.push(tenant),
    now: () => now,
  });
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      now += 100;
      heads.tick();
    }
  };
  return { heads, told, unknown, pass };
}

test("head goes out after a quiet second, not after each event", () => {
  const { heads, told, pass } = setUp();
  heads.noteTrue("a", { epoch: "e", seq: 1 });
  for (let seq = 2; seq <= 5; seq += 1) {
    heads.noteEvent("a", { epoch: "e", seq });
    pass(500);
  }
  expect(told).toEqual([]);
  pass(500);
  expect(told).toEqual([["a", 5]]);
});

test("a client that loses an event and its head gets the head again within 5 s", () => {
  const { heads, told, pass } = setUp();
  heads.noteTrue("a", { epoch: "e", seq: 1 });
  heads.noteEvent("a", { epoch: "e", seq: 2 });
  pass(1_000);
  expect(told).toEqual([["a", 2]]);
  pass(4_000);
  expect(told).toEqual([
    ["a", 2],
    ["a", 2],
  ]);
  // Without news, later ones keep to the long interval.
  pass(10_000);
  expect(told).toHaveLength(2);
});

test("every room gets a head within the interval, busy or idle", () => {
  const { heads, told, pass } = setUp();
  heads.noteTrue("idle", { epoch: "e", seq: 1 });
  heads.noteTrue("busy", { epoch: "e", seq: 1 });
  for (let seq = 2; seq <= 52; seq += 1) {
    heads.noteEvent("busy", { epoch: "e", seq });
    pass(500);
  }
  expect(told.filter(([tenant]) => tenant === "idle").length).toBeGreaterThanOrEqual(1);
  expect(told.filter(([tenant]) => tenant === "busy").length).toBeGreaterThanOrEqual(1);
});

test("a newer head of Postgres is sent at once; an older one changes nothing", () => {
  const { heads, told, pass } = setUp();
  heads.noteTrue("a", { epoch: "e", seq: 1 });
  heads.noteTrue("a", { epoch: "e", seq: 4 });
  pass(100);
  heads.noteTrue("a", { epoch: "e", seq: 3 });
  pass(100);
  expect(told).toEqual([["a", 4]]);
  expect(heads.get("a")).toEqual({ epoch: "e", seq: 4 });
});

test("only Postgres changes the epoch, even to a lower number", () => {
  const { heads, unknown } = setUp();
  heads.noteTrue("a", { epoch: "old", seq: 9 });
  heads.noteEvent("a", { epoch: "new", seq: 1 });
  expect([heads.get("a"), unknown]).toEqual([{ epoch: "old", seq: 9 }, ["a"]]);
  heads.noteTrue("a", { epoch: "new", seq: 1 });
  expect(heads.get("a")).toEqual({ epoch: "new", seq: 1 });
});

test("heads that fall due together go out over several ticks", () => {
  const { heads, told, pass } = setUp();
  for (let index = 0; index < 10_000; index += 1)
    heads.noteTrue(`t${index}`, { epoch: "e", seq: 1 }, true);
  heads.tick();
  expect(told).toHaveLength(500);
  pass(2_000);
  expect(new Set(told.map(([tenant]) => tenant)).size).toBe(10_000);
});

test("a clock that is set back silences no quiet room", () => {
  jest.useFakeTimers();
  try {
    const told: string[] = [];
    const heads = new TenantHeads({
      quietMs: 1_000,
      silenceMs: 25_000,
      send: (tenant) => told.push(tenant),
      onUnknownEpoch: () => undefined,
    });
    heads.noteTrue("a", { epoch: "e", seq: 1 });
    jest.setSystemTime(Date.now() - 3_600_000);
    jest.advanceTimersByTime(25_000);
    heads.tick();
    expect(told).toEqual(["a"]);
  } finally {
    jest.useRealTimers();
  }
});
