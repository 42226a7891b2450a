import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GuestClient } from "@waiter/client";
import { bodies, gateway, limits } from "@waiter/config";
import { startSystem, waitFor, type System } from "@waiter/testkit";
import { Redis } from "ioredis";

/** A large restaurant behind one address, whose guests all return within 10 s. */
const guests = 2_000;
const guestsOfATable = 4;
const screens = 200;

/**
 * What one guest's SDK asks at most within the minute of a return, a window of the limits.
 * Handshakes: one, and two more whose connection is lost again. Sessions: one by token life, one
 * after a refused token. Reads: twelve rounds of polling of a guest who waits for something, while
 * no gateway answers, and one after joining. Writes: an unsent request whose first two answers were
 * lost. The last test compares real clients' counts with these.
 */
const asks = { handshakes: 3, sessions: 2, reads: 13, writes: 3 };
/** A handshake that no gateway takes counts for the address alone: about ten in 10 s. */
const attempts = 10;
/** Requests of a page that is opened again: the document, its scripts, styles and pictures. */
const pageRequests = 12;
/** Of a staff screen: a refresh, the board twice, events, people and settings. */
const staffCalls = 8;
const requestBytes = 1_024;

const settings = { ...bodies, ...gateway, ...limits };
const defaultOf = (name: keyof typeof settings): number =>
  settings[name].parse(undefined) as number;

test.each([
  ["CONNECTIONS_PER_TENANT_PER_MINUTE", guests * asks.handshakes, 1],
  ["CONNECTIONS_PER_ADDRESS_PER_MINUTE", (guests + screens) * attempts, 1],
  ["RATE_LIMIT_ADDRESS", guests * (asks.sessions + pageRequests), 1],
  ["RATE_LIMIT_GUEST_SESSIONS", guestsOfATable * asks.sessions, 1],
  ["RATE_LIMIT_TENANT_READS", guests * Math.max(asks.reads, asks.sessions), 1],
  ["RATE_LIMIT_API", Math.max(asks.reads, staffCalls), 1],
  ["RATE_LIMIT_GUEST_REQUESTS", asks.writes, 1],
  ["RATE_LIMIT_TABLE", guestsOfATable * asks.writes, 1],
  ["RATE_LIMIT_TENANT", guests * asks.writes, 1],
  ["RATE_LIMIT_TENANT_STAFF", screens * staffCalls, 1],
  // A gateway lets four times as many wait; one address may hold a quarter of an api's bytes.
  ["API_IN_FLIGHT", guests, 5],
  ["BODY_BYTES_IN_FLIGHT", guests * requestBytes, 1 / 4],
  ["HTTP_CONNECTIONS", guests, 1],
] as const)("%s admits a restaurant of 2,000 guests that returns", (name, needed, times) => {
  expect(defaultOf(name) * times).toBeGreaterThanOrEqual(needed);
});

let system: System;
const crowd: GuestClient[] = [];

beforeAll(async () => {
  system = await startSystem({ apis: 2 });
}, 180_000);

afterAll(async () => {
  for (const client of crowd) client.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** The counts of the limits of guests since they were last forgotten. */
async function counts(redis: Redis): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const key of await redis.keys("waiter:*rate:*")) {
    const scope = /rate:([a-z_]+):/.exec(key)?.[1] ?? "";
    found[scope] = (found[scope] ?? 0) + Number(await redis.get(key));
  }
  return found;
}

test("a crowd returns after the deaths of its gateway and an api within what the limits count", async () => {
  const size = 24;
  const { tables, redisUrl, pids } = system.file;
  const refused: unknown[] = [];
  const lost = new Set<GuestClient>();
  let sent = 0;
  for (let index = 0; index < size; index++) {
    const tableToken = tables[index % tables.length]?.token ?? "";
    const client = new GuestClient({ ...system.tenant, tableToken });
    client.on("error", (error) => {
      if ((error as { code?: unknown }).code === "rate_limited") refused.push(error);
    });
    client.on("refused", (code) => refused.push(code));
    client.on("callDropped", (_call, error) => refused.push(error));
    client.on("sent", () => (sent += 1));
    client.on("state", (state) => {
      if (state !== "live") lost.add(client);
    });
    crowd.push(client);
    client.connect();
  }
  const allAreLive = (): boolean => crowd.every(({ state }) => state === "live");
  await waitFor(allAreLive, 60_000, "all guests being live");
  const redis = new Redis(redisUrl);
  const before = await redis.keys("waiter:*rate:*");
  if (before.length > 0) await redis.del(...before);
  lost.clear();
  for (const pid of [pids.gateways[0], pids.apis[0]]) process.kill(pid ?? 0, "SIGKILL");
  await waitFor(() => lost.size === size, 60_000, "the loss");
  const callers = crowd.slice(0, tables.length);
  for (const client of callers) client.call({ type: "water" });
  await waitFor(() => allAreLive() && sent === callers.length, 60_000, "the return");
  const counted = await counts(redis);
  redis.disconnect();
  expect(refused).toEqual([]);
  expect(counted["tenant_session"] ?? 0).toBeLessThanOrEqual(size * asks.sessions);
  expect(counted["tenant_read"] ?? 0).toBeLessThanOrEqual(size * asks.reads);
  expect(counted["tenant_write"]).toBeGreaterThanOrEqual(callers.length);
  expect(counted["tenant_write"]).toBeLessThanOrEqual(callers.length * asks.writes);
}, 240_000);
