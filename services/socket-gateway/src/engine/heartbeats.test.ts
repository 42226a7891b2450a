import { EventEmitter } from "node:events";
import { expect, jest, test } from "@jest/globals";
import { Heartbeats } from "./heartbeats.ts";
import type { EngineConnection } from "./ws-internals.ts";

class FakeConnection extends EventEmitter {
  readonly readyState = "open";
  readonly writeBuffer = [];
  readonly transport;
  pingIntervalTimer: NodeJS.Timeout | null = setTimeout(() => undefined, 1e6);
  pings = 0;
  ended: string | undefined;

  constructor(bytes: { read: number }) {
    super();
    this.transport = {
      name: "websocket",
      socket: {
        readyState: 1,
        _socket: {
          get bytesRead() {
            return bytes.read;
          },
          write: () => (this.pings += 1) > 0,
        },
      },
    };
  }

  onClose(reason: string): void {
    this.ended = reason;
  }
}

function setUp(count: number) {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  const looks: FakeConnection[] = [];
  const slow = new Set<FakeConnection>();
  const endSlow = (connection: unknown): boolean => {
    looks.push(connection as FakeConnection);
    return slow.has(connection as FakeConnection);
  };
  const heartbeats = new Heartbeats({ pingIntervalMs: 25_000, pingTimeoutMs: 60_000, endSlow });
  const bytes = { read: 0 };
  const connections = Array.from({ length: count }, () => {
    const connection = new FakeConnection(bytes);
    heartbeats.add(connection as unknown as EngineConnection);
    return connection;
  });
  const [first] = connections;
  if (first === undefined) throw new Error("no connection");
  return {
    heartbeats,
    endSlow,
    looks,
    slow,
    bytes,
    connections,
    first,
    pinged: () => connections.filter(({ pings }) => pings > 0).length,
    [Symbol.dispose]: () => {
      jest.restoreAllMocks();
      jest.useRealTimers();
    },
  };
}
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test("a connection is pinged every interval, by one timer", async () => {
  using t = setUp(1);
  expect(t.first.pingIntervalTimer).toBeNull();
  await pass(24_900);
  expect(t.first.pings).toBe(0);
  for (let round = 1; round <= 4; round += 1) {
    await pass(round === 1 ? 100 : 25_000);
    expect(t.first.pings).toBe(round);
    t.first.emit("heartbeat");
  }
  t.heartbeats.remove(t.first as unknown as EngineConnection);
  expect(jest.getTimerCount()).toBe(0);
});

test("without an answer it gets no second ping and ends at the timeout", async () => {
  using t = setUp(1);
  await pass(25_000 + 59_900);
  expect([t.first.pings, t.first.ended]).toEqual([1, undefined]);
  await pass(100);
  expect([t.first.pings, t.first.ended]).toEqual([1, "ping timeout"]);
});

test("other input than the answer extends the wait once, to 85 s after it at most", async () => {
  using t = setUp(1);
  await pass(30_000);
  t.bytes.read += 10;
  // Noticed with the next tick of the slot, at 50 s.
  await pass(79_900);
  t.bytes.read += 10;
  expect(t.first.ended).toBeUndefined();
  await pass(100);
  expect(t.first.ended).toBe("ping timeout");
});

test("input shortly before the timeout extends the wait by one timeout", async () => {
  using t = setUp(1);
  await pass(80_000);
  t.bytes.read += 10;
  await pass(64_900);
  expect(t.first.ended).toBeUndefined();
  await pass(100);
  expect(t.first.ended).toBe("ping timeout");
});

test("a ping that leaves ticks late has a timeout of the same length", async () => {
  using t = setUp(1);
  await pass(24_950);
  const real = performance.now.bind(performance);
  jest.spyOn(performance, "now").mockImplementation(() => real() + 230);
  await pass(50);
  expect(t.first.pings).toBe(1);
  await pass(59_900);
  expect(t.first.ended).toBeUndefined();
  await pass(100);
  expect([t.first.pings, t.first.ended]).toEqual([1, "ping timeout"]);
});

test("each connection is looked at once per interval, and a slow one gets no ping", async () => {
  using t = setUp(3);
  t.slow.add(t.first);
  await pass(25_000);
  expect(new Set(t.looks)).toEqual(new Set(t.connections));
  expect(t.connections.map(({ pings }) => pings)).toEqual([0, 1, 1]);
  // Without an answer there is no second ping, and still a look.
  await pass(25_000);
  expect(t.looks).toHaveLength(6);
  expect(t.connections.map(({ pings }) => pings)).toEqual([0, 1, 1]);
});

test("of pings that are due at once, 100 leave in a turn", async () => {
  using t = setUp(250);
  jest.advanceTimersByTime(25_000);
  expect(t.pinged()).toBe(100);
  await new Promise(setImmediate);
  expect(t.pinged()).toBe(200);
  await pass(100);
  expect(t.connections.map(({ pings }) => pings)).toEqual(Array<number>(250).fill(1));
});

test("after a pause of the process a connection is pinged once, and none ends early", async () => {
  using t = setUp(1);
  await pass(25_000);
  const now = performance.now();
  jest.spyOn(performance, "now").mockImplementation(() => now + 300_000);
  await pass(50);
  expect([t.first.pings, t.first.ended]).toEqual([1, undefined]);
});

test("a connection that moves to longer intervals is pinged at these alone", async () => {
  using t = setUp(1);
  const quiet = new Heartbeats({
    pingIntervalMs: 45_000,
    pingTimeoutMs: 40_000,
    endSlow: t.endSlow,
  });
  const connection = t.first as unknown as EngineConnection;
  await pass(10_000);
  t.heartbeats.move(connection, quiet);
  t.heartbeats.move(connection, quiet);
  await pass(44_900);
  expect(t.first.pings).toBe(0);
  await pass(100);
  expect(t.first.pings).toBe(1);
  t.first.emit("heartbeat");
  await pass(45_000 + 39_900);
  expect([t.first.pings, t.first.ended]).toEqual([2, undefined]);
  // 200 ticks of 225 ms.
  await pass(325);
  expect(t.first.ended).toBe("ping timeout");
  expect([t.heartbeats.remove(connection), quiet.remove(connection)]).toEqual([false, true]);
  expect(jest.getTimerCount()).toBe(0);
});
