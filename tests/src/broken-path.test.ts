import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GuestClient } from "@waiter/client";
import { startSystem, waitFor, type System } from "@waiter/testkit";
import { openBoard } from "./harness/people.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 180_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** Freezes processes while `work` is done: their connections stay open and nothing answers. */
async function whileFrozen(pids: readonly number[], work: () => Promise<void>): Promise<void> {
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
}

const quietGuest = (): GuestClient & Disposable => {
  const guest = new GuestClient({
    ...system.tenant,
    tableToken: system.file.tables[0]?.token ?? "",
  });
  guest.connect();
  return Object.assign(guest, { [Symbol.dispose]: () => guest.close() });
};

test("a board and a guest on which nothing happens learn that the api is frozen, and is back", async () => {
  using board = await openBoard(system);
  using guest = quietGuest();
  await waitFor(() => guest.state === "live", 15_000, "the guest being connected");
  await whileFrozen(system.file.pids.apis, async () => {
    await waitFor(() => board.path === "broken", 60_000, "the board knowing");
    await waitFor(() => guest.path === "broken", 60_000, "the guest knowing");
    expect(board.state).not.toBe("live");
  });
  await waitFor(() => board.state === "live" && board.path === "ok", 60_000, "the board's return");
  await waitFor(() => guest.path === "ok", 60_000, "the guest's return");
}, 240_000);

test("a board on which nothing happens learns that its gateway is frozen, and is back", async () => {
  using board = await openBoard(system);
  await whileFrozen(system.file.pids.gateways, async () => {
    await waitFor(() => board.state !== "live", 60_000, "the board knowing");
    expect(board.path).not.toBe("ok");
  });
  await waitFor(() => board.state === "live", 60_000, "the board's return");
}, 240_000);
