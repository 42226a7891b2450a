import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GuestClient } from "@waiter/client";
import { waitFor, startSystem, type System } from "@waiter/testkit";
import { ask } from "./harness/ask.ts";
import { call, openBoard, sitDown } from "./harness/people.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 180_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/**
 * Freezes the launcher's Redis while `work` is done: its connections stay open and nothing answers.
 */
async function whileRedisHangs<T>(work: () => Promise<T>): Promise<T> {
  const pid = system.file.pids.redis ?? 0;
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

test("a waiter claims while Redis hangs for 5 s: the guest's screen, connected all the while, shows it afterwards", async () => {
  using board = await openBoard(system);
  const guest = new GuestClient({
    ...system.tenant,
    tableToken: system.file.tables[0]?.token ?? "",
  });
  const states: string[] = [];
  try {
    guest.connect();
    await waitFor(() => guest.state === "live", 15_000, "the guest being connected");
    guest.call({ type: "waiter" });
    const request = await waitFor(
      () => guest.requests.find(({ state }) => state === "new"),
      10_000,
      "the call",
    );
    guest.on("state", (state) => states.push(state));
    const claimed = await whileRedisHangs(async () => {
      const [answer] = await Promise.all([
        sleep(1_000).then(() =>
          ask(system, `/api/requests/${request.id}/claim`, {
            method: "POST",
            token: board.session?.accessToken ?? "",
            body: {},
          }),
        ),
        sleep(5_000),
      ]);
      return answer;
    });
    expect(claimed.status).toBe(200);
    await waitFor(
      () => guest.requests.find(({ id, state }) => id === request.id && state === "claimed"),
      20_000,
      "the claim on the guest's screen",
    );
    expect(states.filter((state) => state !== "degraded" && state !== "live")).toEqual([]);
  } finally {
    guest.close();
  }
}, 90_000);

test("with a hung Redis every POST is saved and p99 stays below 1 s", async () => {
  const tokens = await Promise.all(
    Array.from({ length: 5 }, (_, table) => sitDown(system, table + 1)),
  );
  const types = ["waiter", "bill", "water", "order", "other"];
  /** From each table one call after the other, all tables at once. */
  const callAll = async (kinds: readonly string[]): Promise<number[]> => {
    const times = await Promise.all(
      tokens.map(async (token) => {
        const own: number[] = [];
        for (const type of kinds) {
          const { status, ms } = await call(system, token, type);
          expect([200, 201]).toContain(status);
          own.push(ms);
        }
        return own;
      }),
    );
    return times.flat().toSorted((a, b) => a - b);
  };
  const p99 = (times: readonly number[]): number =>
    times[Math.ceil(times.length * 0.99) - 1] ?? Infinity;
  const well = p99(await callAll(types));
  // Two rounds of all types: the second meets requests that are open, a 200 by the same path.
  const hung = p99(await whileRedisHangs(() => callAll([...types, ...types])));
  // A machine too busy to answer in half a second with a healthy Redis proves nothing by its clock.
  expect(hung).toBeLessThan(Math.max(1_000, 2 * well));
}, 90_000);
