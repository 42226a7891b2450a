import { expect, test } from "@jest/globals";
import { rooms } from "@waiter/contracts";
import type { AnySocket, StaffSession } from "../handshake/session.ts";
import { ResetSpread } from "./reset-spread.ts";
import { syncStaff, type SyncDeps } from "./sync-staff.ts";

const tenantId = "00000000-0000-4000-8000-000000000001";
const epoch = "00000000-0000-4000-8000-000000000002";
const socket = {} as AnySocket;
const session = { tenantId } as StaffSession;
const envelope = (seq: number) => JSON.stringify({ epoch, seq });

/** A log that grows while the test runs; `asked` is the rooms that were waited for. */
function stage(
  subscribed: Promise<boolean>,
  isDegraded = false,
  maxBytes = 500_000,
  api: { head?: number; answer?: object } = {},
) {
  const asked: string[] = [];
  const unsent: number[] = [];
  const early: string[] = [];
  const log: string[] = [];
  const event = syncStaff({
    log: {
      read: async (_tenant, _epoch, since) => ({
        status: "ok",
        events: log.slice(since),
        head: log.length,
      }),
    },
    api: {
      call: () =>
        api.answer === undefined
          ? Promise.reject(new Error("the api was asked"))
          : Promise.resolve(api.answer),
    } as unknown as SyncDeps["api"],
    subscribed: (room) => {
      asked.push(room);
      return subscribed;
    },
    onEarly: (tenant) => early.push(tenant),
    isDegraded: () => isDegraded,
    knownHead: () => ({ epoch, seq: api.head ?? 0 }),
    askHead: async () => undefined,
    maxEvents: 200,
    maxBytes,
    resets: new ResetSpread(),
    onUnsent: (of, bytes) => {
      expect(of).toBe(socket);
      unsent.push(bytes);
    },
    onAnswer: () => undefined,
  });
  return {
    asked,
    unsent,
    early,
    log,
    sync: () => Promise.resolve(event.handle(session, { since: 0 }, socket)),
  };
}

test("sync reads the log after the room's subscription is confirmed", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { asked, log, sync } = stage(promise);
  const answer = sync();
  expect(asked).toEqual([rooms.staff(tenantId)]);
  await new Promise((next) => setImmediate(next));
  // This gateway does not receive this message: the room is not subscribed yet.
  log.push(envelope(1));
  resolve(true);
  await expect(answer).resolves.toMatchObject({ status: "ok", head: 1, events: [{ seq: 1 }] });
});

test("before the confirmation the api answers, and the head is owed", async () => {
  const { early, sync } = stage(Promise.resolve(false));
  await expect(sync()).rejects.toThrow("the api was asked");
  expect(early).toEqual([tenantId]);
});

test("without Redis sync asks the api at once", async () => {
  const { asked, sync } = stage(new Promise(() => undefined), true);
  await expect(sync()).rejects.toThrow("the api was asked");
  expect(asked).toEqual([]);
});

test("an answer beyond the bytes of one is a reset", async () => {
  const { log, unsent, sync } = stage(Promise.resolve(true), false, 100);
  log.push(envelope(1));
  await expect(sync()).resolves.toMatchObject({ status: "ok", head: 1 });
  log.push(envelope(2), envelope(3));
  await expect(sync()).resolves.toMatchObject({ status: "reset", epoch, head: 3 });
  // The socket has caused them, though it does not get them.
  expect(unsent).toEqual([3 * envelope(1).length]);
});

test("more than a page behind the known head the api is not asked", async () => {
  const { unsent, sync } = stage(Promise.resolve(false), false, 500_000, { head: 1_001 });
  await expect(sync()).resolves.toMatchObject({ status: "reset", epoch, head: 1_001 });
  expect(unsent).toEqual([]);
});

test("events of the api that do not fit count for the socket", async () => {
  const events = [{ epoch, seq: 1, data: "x".repeat(1_000) }];
  const answer = { epoch, head: 1, events };
  const { unsent, sync } = stage(Promise.resolve(false), false, 100, { answer });
  await expect(sync()).resolves.toMatchObject({ status: "reset", head: 1 });
  expect(unsent).toEqual([JSON.stringify(events).length]);
});
