import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import {
  claimConsumer,
  commitConsumer,
  createDatabase,
  createRelayDatabase,
  createTenant,
  listConsumers,
  loseConsumers,
  purgeEvents,
  readLog,
  rebaseEventLog,
  resetConsumer,
  type Database,
  type RelayDatabase,
} from "@waiter/database";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import pg from "pg";
import { appendEvent } from "./append-event.ts";
import { ConsumerHeldError, ConsumerLostError, followEvents } from "./follow-events.ts";

let urls: TestDatabase;
let database: Database;
let relay: RelayDatabase;
let tenants: string[];
beforeEach(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
  relay = createRelayDatabase({ url: urls.relayUrl, max: 3, name: "test" });
  tenants = [await newTenant("one"), await newTenant("two")];
  await once("audit", { fromStart: true });
});
afterEach(async () => {
  await Promise.all([database.close(), relay.close()]);
  await urls.drop();
});

const newTenant = async (slug: string): Promise<string> => {
  const { tenant } = await createTenant(database, {
    slug,
    name: slug,
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  return tenant.id;
};
const first = () => tenants[0] ?? "";
const second = () => tenants[1] ?? "";
const append = (tenantId: string, type = "test") =>
  database.inTenant(tenantId, (tx) => appendEvent(tx, { tenantId, type, data: {} }));

/** What the consumer gets until the end of the log, as "tenant:seq", with the ids. */
async function once(
  name: string,
  options: Partial<Parameters<typeof followEvents>[0]> = {},
): Promise<{ got: string[]; ids: string[] }> {
  const got: string[] = [];
  const ids: string[] = [];
  await followEvents({
    database: relay,
    name,
    once: true,
    signal: new AbortController().signal,
    handle: async (events) => {
      for (const { tenantId, seq, id, envelope } of events) {
        expect((JSON.parse(envelope) as Envelope).id).toBe(id);
        got.push(`${tenantId === first() ? "one" : "two"}:${seq}`);
        ids.push(id);
      }
      await Promise.resolve();
    },
    ...options,
  });
  return { got, ids };
}

/** Reads until `count` events came: transactions of other databases delay them too. */
async function read(count: number): Promise<string[]> {
  const got: string[] = [];
  await waitFor(async () => {
    got.push(...(await once("audit")).got);
    return got.length >= count;
  }, 60_000);
  return got;
}

/** Runs a statement as the owner of the tables, for each tenant. */
async function asOwner(statement: string): Promise<void> {
  await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "owner" });
  for (const tenantId of tenants)
    await owner.inTenant(tenantId, (tx) => sql.raw(statement).execute(tx));
}

describe("a named consumer", () => {
  test("misses no event of a transaction that others overtake", async () => {
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let appended = (): void => undefined;
    const isAppended = new Promise<void>((resolve) => (appended = resolve));
    const slow = database.inTenant(first(), async (tx) => {
      await appendEvent(tx, { tenantId: first(), type: "slow", data: {} });
      appended();
      await held;
    });
    await isAppended;
    for (let count = 0; count < 5; count += 1) await append(second());
    expect((await once("audit")).got).toEqual([]);
    commit();
    await slow;
    const got = await read(6);
    expect(got.toSorted()).toEqual(["one:1", "two:1", "two:2", "two:3", "two:4", "two:5"]);
    expect((await once("audit")).got).toEqual([]);
  }, 90_000);

  test("is not delayed by an open backup", async () => {
    const dump = new pg.Client(urls.ownerUrl);
    await dump.connect();
    await dump.query("begin isolation level repeatable read read only");
    await dump.query("select pg_export_snapshot()");
    await dump.query("lock table event, tenant_counter in access share mode");
    await append(first());
    expect(await read(1)).toEqual(["one:1"]);
    await dump.query("rollback");
    await dump.end();
  }, 90_000);

  test("gets a tenant's events in order although the later one began earlier", async () => {
    const early = database.inTenant(first(), async (tx) => {
      await sql`update tenant set name = 'early' where id = ${first()}`.execute(tx);
      await append(first(), "overtakes");
      await appendEvent(tx, { tenantId: first(), type: "early", data: {} });
    });
    await early;
    const got: string[] = [];
    await waitFor(async () => {
      got.push(...(await once("audit", { page: 1 })).got);
      return got.length >= 2;
    }, 60_000);
    expect(got).toEqual(["one:1", "one:2"]);
  }, 90_000);

  test("gets a page again when it died before its cursor was stored", async () => {
    await append(first());
    await waitFor(async () => (await readLog(relay.db, "audit", 10)).length === 1, 60_000);
    const handled: string[] = [];
    const dying = once("audit", {
      handle: (events) => {
        handled.push(...events.map(({ id }) => id));
        return Promise.reject(new Error("died"));
      },
    });
    await expect(dying).rejects.toThrow("died");
    const { ids } = await once("audit");
    expect(ids).toEqual(handled);
    expect((await once("audit")).ids).toEqual([]);
  }, 90_000);

  test("is read by one process, and a process that was replaced moves no cursor", async () => {
    await append(first());
    await waitFor(async () => (await readLog(relay.db, "audit", 10)).length === 1, 60_000);
    const claim = (ttlMs: number) =>
      claimConsumer(relay.db, { name: "audit", holder: randomUUID(), ttlMs });
    const paused = await claim(60_000);
    if (paused === undefined) throw new Error("not claimed");
    await expect(once("audit")).rejects.toThrow(ConsumerHeldError);
    // Its time is over.
    expect(await commitConsumer(relay.db, { ...paused, ttlMs: 0 }, 0)).toBe(true);
    const next = await claim(60_000);
    const [event] = await readLog(relay.db, "audit", 10);
    expect(await commitConsumer(relay.db, paused, event?.position ?? 0)).toBe(false);
    expect(await readLog(relay.db, "audit", 10)).toHaveLength(1);
    expect(next?.fence).toBeGreaterThan(paused.fence);
  }, 90_000);

  test("keeps its events from retention, until it is lost", async () => {
    for (let count = 0; count < 3; count += 1) await append(first());
    await asOwner("update event set at = now() - interval '40 days'");
    const purge = () =>
      database.inTenant(first(), (tx) => purgeEvents(tx, { olderThanMs: 86_400_000, atMost: 10 }));
    expect(await purge()).toBe(0);
    const [state] = await listConsumers(relay.db);
    expect(state).toMatchObject({ name: "audit", lostAt: null });
    expect(state?.behindSeconds).toBeGreaterThan(39 * 86_400);
    expect(await loseConsumers(database.db, 50 * 86_400_000)).toEqual([]);
    expect(await loseConsumers(database.db, 30 * 86_400_000)).toEqual(["audit"]);
    expect(await purge()).toBe(3);
    await expect(once("audit")).rejects.toThrow(ConsumerLostError);
    expect(await resetConsumer(relay.db, "audit")).toBe(true);
    await append(first());
    expect(await read(1)).toEqual(["one:4"]);
  }, 90_000);

  test("goes on after a restore into a server whose transaction ids begin again", async () => {
    await append(first());
    await append(second());
    await asOwner("update event set log_position = 1e12");
    await asOwner("update tenant_counter set log_position = 1e12");
    await append(first());
    expect((await once("audit")).got).toEqual([]);
    expect(await rebaseEventLog(database.db)).toBe(true);
    await append(first());
    const got = await read(4);
    expect(got.toSorted()).toEqual(["one:1", "one:2", "one:3", "two:1"]);
    expect(await rebaseEventLog(database.db)).toBe(false);
  }, 90_000);

  test("made at the end of the log, goes on after such a restore too", async () => {
    await append(first());
    // No event came between the consumer and the dump: it lies above all of them.
    await asOwner("update event_consumer set handled = 1e12");
    expect(await rebaseEventLog(database.db)).toBe(true);
    await append(first());
    expect(await read(1)).toEqual(["one:2"]);
    expect(await rebaseEventLog(database.db)).toBe(false);
  }, 90_000);
});
