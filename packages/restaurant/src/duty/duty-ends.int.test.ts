import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Role } from "@waiter/contracts";
import {
  createDatabase,
  createStaff,
  createStaffSession,
  createTenant,
  revokeStaffSession,
  tenantsWithDuty,
  type Database,
} from "@waiter/database";
import { createRequest } from "@waiter/requests";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { listDuty, putDuty } from "./duty.ts";
import { dutyAtLongestMs, dutyEndOf, endOverdueDuty, nextLookAt } from "./duty-ends.ts";
import { closedSince } from "../settings/opening-hours.ts";
import { readOpening } from "../read-configuration.ts";
import { updatePerson } from "../staff/staff.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "duty" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

/** Whether the worker would look at the tenant's duty now. */
async function isDue(tenantId: string): Promise<boolean> {
  const found: string[] = [];
  for await (const page of tenantsWithDuty(database.db, { atLongestMs: dutyAtLongestMs }))
    found.push(...page);
  return found.includes(tenantId);
}

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const minutes = (count: number) => count * 60_000;
const facts = { since: 0, confirmedAt: 0, signedOut: false };

test.each([
  ["goes on before closing", facts, undefined, minutes(300), undefined],
  ["goes on for 60 minutes after closing", facts, minutes(100), minutes(159), undefined],
  ["ends 60 minutes after closing", facts, minutes(100), minutes(160), "closed"],
  [
    "goes on when it was confirmed after closing",
    { ...facts, confirmedAt: minutes(101) },
    minutes(100),
    minutes(300),
    undefined,
  ],
  [
    "ends after 16 hours, confirmed or not",
    { ...facts, confirmedAt: minutes(959) },
    minutes(100),
    minutes(960),
    "too_long",
  ],
  ["ends at the last sign-out", { ...facts, signedOut: true }, undefined, 1, "signed_out"],
] as const)("duty %s", (_name, duty, closedAt, now, cause) => {
  expect(dutyEndOf(duty, closedAt, now)).toBe(cause);
});

test("the last closing is found in the restaurant's time, past midnight too", () => {
  const hours = { weekly: { fri: [["18:00", "01:00"]] } } as const;
  const at = (text: string) => Date.parse(text);
  const since = (text: string) => closedSince(hours as never, "Europe/Rome", at(text));
  expect(since("2026-11-27T20:00:00Z")).toBeUndefined();
  expect(since("2026-11-28T02:00:00Z")).toBe(at("2026-11-28T00:00:00Z"));
  expect(since("2026-11-30T02:00:00Z")).toBe(at("2026-11-28T00:00:00Z"));
  expect(closedSince(null, "UTC", at("2026-11-28T02:00:00Z"))).toBeUndefined();
});

test.each([
  ["of an open restaurant an hour after closing", "2026-11-27T20:00:00Z", "2026-11-28T01:00:00Z"],
  ["after closing an hour after it", "2026-11-28T00:20:00Z", "2026-11-28T01:00:00Z"],
  ["of a closed restaurant as it opens", "2026-11-28T01:00:00Z", "2026-12-04T17:00:00Z"],
])("duty %s may end next", (_name, now, next) => {
  const hours = { weekly: { fri: [["18:00", "01:00"]] } } as never;
  const since = Date.parse(now);
  const at = nextLookAt([{ since }], hours, "Europe/Rome", since);
  expect(at).toBe(Math.min(Date.parse(next), since + dutyAtLongestMs));
});

test("duty without opening hours may end 16 hours after its begin", () => {
  const facts = [{ since: minutes(30) }, { since: minutes(10) }];
  expect(nextLookAt(facts, null, "UTC", minutes(40))).toBe(minutes(10) + dutyAtLongestMs);
});

describe("a person who may be on duty no longer", () => {
  /** A restaurant where a waiter is on duty. */
  const open = async () => {
    const { tenant, owner } = await createTenant(database, {
      slug: `t${randomUUID().slice(0, 8)}`,
      name: "Osteria",
      owner: { email: "o@example.com", name: "O", passwordHash: "x" },
      tables: ["1"],
    });
    const waiter = await database.inTenant(tenant.id, (tx) =>
      createStaff(tx, { email: "a@x.io", name: "A", role: "waiter", passwordHash: "x" }),
    );
    const by = (id: string, role: Role) => ({ tenantId: tenant.id, editor: { id, role } });
    const choice = { tables: "all", zones: [] } as const;
    await putDuty(database, by(waiter.id, "waiter"), choice);
    return { tenantId: tenant.id, owner: by(owner.id, "owner"), waiterId: waiter.id };
  };
  const onDuty = async (tenantId: string) => {
    const [list, opening] = await Promise.all([
      database.inTenant(tenantId, listDuty),
      database.inTenant(tenantId, readOpening),
    ]);
    return { people: list.length, opens: opening.onDuty };
  };

  test.each([
    ["deactivation", { active: false }],
    ["the role of a screen", { role: "screen" }],
  ] as const)("%s ends duty, with its event", async (_name, patch) => {
    const { tenantId, owner, waiterId } = await open();
    expect(await onDuty(tenantId)).toEqual({ people: 1, opens: true });
    const { events } = await updatePerson(database, owner, waiterId, { ...patch, version: 1 });
    expect(events.map(({ envelope }) => JSON.parse(envelope))).toMatchObject([
      { type: "duty.ended", data: { duty: { staff: { id: waiterId, role: "waiter" } } } },
      { type: "staff.updated" },
    ]);
    expect(await onDuty(tenantId)).toEqual({ people: 0, opens: false });
  });

  test("duty is looked at again when it may end, or the opening hours change", async () => {
    const { tenantId } = await open();
    const look = async () => [await isDue(tenantId), await endOverdueDuty(database, tenantId)];
    expect(await look()).toEqual([true, []]);
    expect(await isDue(tenantId)).toBe(false);
    const hours = JSON.stringify({ weekly: {} });
    const set = (statement: ReturnType<typeof sql>) =>
      database.inTenant(tenantId, (tx) => statement.execute(tx));
    await set(sql`update tenant set hours = ${hours}::jsonb`);
    expect(await look()).toEqual([true, []]);
    await set(sql`update tenant set hours = ${hours}::jsonb`);
    expect(await isDue(tenantId)).toBe(false);
    await set(sql`update tenant set time_zone = 'Europe/Rome'`);
    expect(await look()).toEqual([true, []]);
    await set(sql`update duty set since = since - interval '17 hours',
      look_again_at = look_again_at - interval '17 hours'`);
    expect(await isDue(tenantId)).toBe(true);
    expect(await endOverdueDuty(database, tenantId)).toHaveLength(1);
    expect(await isDue(tenantId)).toBe(false);
  });

  // JST is a name that only a release up to 0.2 stored.
  test.each(["UTC", "JST"])("duty ends by itself an hour after closing, in %s", async (zone) => {
    const { tenantId } = await open();
    await database.inTenant(tenantId, async (tx) => {
      // Closed for 13 hours at least.
      const hours = JSON.stringify({ weekly: {}, dates: { [yesterday()]: [["10:00", "11:00"]] } });
      await sql`update tenant set hours = ${hours}::jsonb, time_zone = ${zone}`.execute(tx);
      await sql`update duty set confirmed_at = now() - interval '3 days'`.execute(tx);
    });
    const [event] = await endOverdueDuty(database, tenantId);
    expect(JSON.parse(event?.envelope ?? "{}")).toMatchObject({
      type: "duty.ended",
      data: { cause: "closed" },
    });
  });

  test("duty that an earlier release left behind ends by itself", async () => {
    const { tenantId, waiterId } = await open();
    await database.inTenant(tenantId, async (tx) => {
      await sql`update staff set active = false where id = ${waiterId}`.execute(tx);
      await sql`update duty set device_ended_at = now()`.execute(tx);
    });
    expect(await onDuty(tenantId)).toEqual({ people: 0, opens: true });
    expect(await endOverdueDuty(database, tenantId)).toHaveLength(1);
    expect(await onDuty(tenantId)).toEqual({ people: 0, opens: false });
  });
});

test("signing out the last device ends duty, and waiting requests ring the others", async () => {
  const { tenant, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  const tenantId = tenant.id;
  const inTenant = <T>(fn: Parameters<typeof database.inTenant<T>>[1]) =>
    database.inTenant(tenantId, fn);
  const devices = [randomUUID(), randomUUID()];
  const anna = await inTenant(async (tx) => {
    const made = await createStaff(tx, {
      email: "a@x.io",
      name: "A",
      role: "waiter",
      passwordHash: "x",
    });
    for (const id of devices)
      await createStaffSession(tx, { id, staffId: made.id, tokenHash: id, lifetimeS: 60 });
    return made;
  });
  const editor = { id: anna.id, role: "waiter" } as const;
  await putDuty(database, { tenantId, editor }, { tables: "all", zones: [] });
  await createRequest(database, {
    tenantId,
    actor: { kind: "guest", sessionId: randomUUID(), tableId: tables[0]?.id ?? "" },
    type: "water",
  });
  await inTenant((tx) => sql`delete from deadline where kind = 'ring'`.execute(tx));
  const signOut = (index: number) => inTenant((tx) => revokeStaffSession(tx, devices[index] ?? ""));
  const due = () => isDue(tenantId);
  expect([await due(), await endOverdueDuty(database, tenantId)]).toEqual([true, []]);
  await signOut(0);
  expect([await due(), await endOverdueDuty(database, tenantId)]).toEqual([false, []]);
  await signOut(1);
  expect(await due()).toBe(true);
  const [event, ...more] = await endOverdueDuty(database, tenantId);
  expect(more).toEqual([]);
  expect(JSON.parse(event?.envelope ?? "{}")).toMatchObject({
    type: "duty.ended",
    data: { cause: "signed_out", duty: { staff: { id: anna.id } } },
  });
  const rings = await inTenant((tx) =>
    tx.selectFrom("deadline").select("kind").where("kind", "=", "ring").execute(),
  );
  expect(rings).toHaveLength(1);
  expect(await endOverdueDuty(database, tenantId)).toEqual([]);
});
