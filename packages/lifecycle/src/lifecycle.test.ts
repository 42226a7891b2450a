import { EventEmitter, once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { Lifecycle, loop } from "./index.ts";
import { runService, type ServiceTimers } from "./run-service.ts";

const silent = { info() {}, error() {} };

describe("Lifecycle", () => {
  test("a stop ends readiness, runs drains in order, then closers in reverse order", async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle();
    lifecycle.signal.addEventListener("abort", () => order.push(`signal (${lifecycle.state})`));
    for (const name of ["telemetry", "database", "redis", "queues"])
      lifecycle.defer(name, () => void order.push(`close ${name}`));
    for (const name of ["sockets", "requests", "publisher"])
      lifecycle.onDrain(name, async () => void order.push(`drain ${name}`));
    lifecycle.markReady();
    await lifecycle.stop("test");
    expect(order).toEqual([
      "signal (draining)",
      "drain sockets",
      "drain requests",
      "drain publisher",
      "close queues",
      "close redis",
      "close database",
      "close telemetry",
    ]);
    expect(lifecycle.state).toBe("stopped");
  });

  test("two calls of stop share one stop", async () => {
    let closed = 0;
    const lifecycle = new Lifecycle();
    lifecycle.defer("thing", () => void (closed += 1));
    await Promise.all([lifecycle.stop("first"), lifecycle.stop("second")]);
    await lifecycle.stop("third");
    expect(closed).toBe(1);
  });

  test("a failing step does not prevent the others from closing", async () => {
    const closed: string[] = [];
    const lifecycle = new Lifecycle({ log: silent });
    lifecycle.defer("first", () => void closed.push("first"));
    lifecycle.onDrain("broken", () => Promise.reject(new Error("broken")));
    await lifecycle.stop("test");
    expect(closed).toEqual(["first"]);
    expect(lifecycle.failures).toBe(1);
  });

  test("a closer deferred after the stop runs at once", async () => {
    const lifecycle = new Lifecycle();
    await lifecycle.stop("early");
    let closed = false;
    lifecycle.defer("late", () => void (closed = true));
    lifecycle.markReady();
    expect([closed, lifecycle.state]).toEqual([true, "stopped"]);
  });
});

/** A process that records its exit, and a deadline that the test controls. */
function fakeHost() {
  const events = new EventEmitter();
  const exited = new EventEmitter();
  const codes: number[] = [];
  let deadline: (() => void) | undefined;
  const timers: ServiceTimers = {
    setTimeout: (run) => (deadline = run),
    clearTimeout: () => (deadline = undefined),
  };
  const exit = (code: number): void => {
    codes.push(code);
    exited.emit("exit");
  };
  return {
    process: { events, exit },
    timers,
    codes,
    exit: () => once(exited, "exit"),
    passDeadline: () => deadline?.(),
    hasDeadline: () => deadline !== undefined,
  };
}
const options = (host: ReturnType<typeof fakeHost>) => ({
  name: "test",
  logger: silent,
  deadlineMs: 1_000,
  process: host.process,
  timers: host.timers,
});

describe("runService", () => {
  test("SIGTERM drains, closes, exits 0 and removes the deadline and the handlers", async () => {
    const host = fakeHost();
    const closed: string[] = [];
    runService({
      ...options(host),
      start: async (lifecycle) => lifecycle.defer("redis", () => void closed.push("redis")),
    });
    const exit = host.exit();
    host.process.events.emit("SIGTERM");
    await exit;
    expect([host.codes, closed, host.hasDeadline(), host.process.events.eventNames()]).toEqual([
      [0],
      ["redis"],
      false,
      [],
    ]);
  });

  test("a failed start closes what it opened and exits 1", async () => {
    const host = fakeHost();
    const closed: string[] = [];
    const exit = host.exit();
    runService({
      ...options(host),
      start: async (lifecycle) => {
        lifecycle.defer("redis", () => void closed.push("redis"));
        throw new Error("no database");
      },
    });
    await exit;
    expect([host.codes, closed]).toEqual([[1], ["redis"]]);
  });

  test.each(["uncaughtException", "unhandledRejection"])(
    "%s stops in order and exits 1",
    async (event) => {
      const host = fakeHost();
      let closed = false;
      runService({
        ...options(host),
        start: async (lifecycle) => lifecycle.defer("redis", () => void (closed = true)),
      });
      const exit = host.exit();
      host.process.events.emit(event, new Error("bug"));
      await exit;
      expect([host.codes, closed]).toEqual([[1], true]);
    },
  );

  test("a stop that hangs exits 1 at the deadline", async () => {
    const host = fakeHost();
    const lifecycle = runService({
      ...options(host),
      start: async (self) => self.onDrain("hangs", () => new Promise(() => undefined)),
    });
    host.process.events.emit("SIGTERM");
    expect(lifecycle.state).toBe("draining");
    host.passDeadline();
    expect(host.codes).toEqual([1]);
  });

  test("a second signal ends the process at once", () => {
    const host = fakeHost();
    runService({
      ...options(host),
      start: async (self) => self.onDrain("hangs", () => new Promise(() => undefined)),
    });
    host.process.events.emit("SIGINT");
    host.process.events.emit("SIGINT");
    expect(host.codes).toEqual([130]);
  });
});

describe("loop", () => {
  test("pauses between rounds, continues after a failure, repeats on 'again', ends with its signal", async () => {
    const abort = new AbortController();
    const log: string[] = [];
    const rounds = ["again", new Error("broken"), "done"];
    await loop({
      intervalMs: 50,
      signal: abort.signal,
      run: async () => {
        const round = rounds.shift();
        log.push("run");
        if (round instanceof Error) throw round;
        if (rounds.length === 0) abort.abort();
        return round;
      },
      onError: () => log.push("error"),
      sleep: async (ms) => void log.push(`sleep ${ms}`),
    });
    expect(log).toEqual(["run", "run", "error", "sleep 50", "run"]);
  });
});
