import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import { createDatabase, createTenant, listTables, type Database } from "@waiter/database";
import { defaultPolicy } from "@waiter/escalation";
import { createRequest, sendCommand } from "@waiter/requests";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import {
  createPerson,
  createRequestType,
  createTables,
  createZone,
  deleteZone,
  endDevices,
  endDuty,
  invite,
  isOpenAt,
  join,
  muteTable,
  orderVersion,
  putDuty,
  putOrder,
  readInvitation,
  readOpening,
  readSettings,
  retireRequestType,
  retireTable,
  rotateCode,
  setSuspended,
  updatePerson,
  updateSettings,
  updateTable,
  type ChangeContext,
} from "./index.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 20,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

async function open(tables: readonly string[] = ["1", "2", "3"]) {
  const created = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { name: "Olga" },
    tables,
  });
  const tenantId = created.tenant.id;
  const owner: ChangeContext & { editor: { id: string; role: "owner" } } = {
    tenantId,
    editor: { id: created.owner.id, role: "owner" },
  };
  const withKey = (key: string): ChangeContext => ({
    ...owner,
    idempotency: { principal: created.owner.id, key },
  });
  return { tenantId, owner, withKey, ownerId: created.owner.id, tables: created.tables };
}
const event = (changed: { events: readonly { envelope: string }[] }): Envelope[] =>
  changed.events.map(({ envelope }) => JSON.parse(envelope) as Envelope);

describe("tables", () => {
  it("makes five hundred tables with one event that holds no code", async () => {
    const { owner } = await open([]);
    const labels = Array.from({ length: 500 }, (_, index) => `${index + 1}`);
    const made = await createTables(database, owner, { labels });
    expect(made.body.tables.map(({ label }) => label)).toEqual(labels);
    expect(made.body.tables.every(({ token }) => token.length === 22)).toBe(true);
    const [created, ...more] = event(made);
    expect(more).toEqual([]);
    expect(created?.type).toBe("table.created");
    expect(JSON.stringify(created)).not.toContain(made.body.tables[0]?.token);
  });

  it("makes none of them when one label is taken, and names it", async () => {
    const { owner, tenantId } = await open(["1", "2"]);
    await expect(createTables(database, owner, { labels: ["3", "2"] })).rejects.toMatchObject({
      code: "label_taken",
      extra: { members: { labels: ["2"] } },
    });
    const left = await database.inTenant(tenantId, (tx) => listTables(tx));
    expect(left.map(({ label }) => label)).toEqual(["1", "2"]);
  });

  it("replays the first answer to the same key without a second event", async () => {
    const { withKey } = await open([]);
    const first = await createTables(database, withKey("k"), { labels: ["A"] });
    const again = await createTables(database, withKey("k"), { labels: ["A"] });
    expect(again).toMatchObject({ status: 201, replayed: true, events: [], body: first.body });
  });

  it("lets one of two managers win and shows the other what is there", async () => {
    const { owner, tables } = await open();
    const id = tables[0]?.id ?? "";
    const results = await Promise.allSettled(
      ["Left", "Right"].map((label) => updateTable(database, owner, id, { label, version: 1 })),
    );
    const [won] = results.filter((result) => result.status === "fulfilled");
    const [lost] = results.filter((result) => result.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "conflict" });
    expect(lost?.reason.extra.members.table).toEqual(won?.value.body.table);
  });

  it("retires a table: requests dismissed first, code dead, label free", async () => {
    const { owner, tenantId, tables } = await open(["7"]);
    const [table] = tables;
    if (table === undefined) throw new Error("no table");
    const guest = { kind: "guest", sessionId: randomUUID(), tableId: table.id } as const;
    await createRequest(database, { tenantId, actor: guest, type: "water" });
    const retired = await retireTable(database, owner, table.id);
    expect(event(retired).map(({ type }) => type)).toEqual(["request.dismissed", "table.retired"]);
    expect(event(retired)[0]?.data).toMatchObject({ request: { reason: "table_retired" } });
    await expect(
      createRequest(database, { tenantId, actor: guest, type: "bill" }),
    ).rejects.toMatchObject({ code: "not_found" });
    const again = await createTables(database, owner, { labels: ["7"] });
    expect(again.body.tables[0]?.token).not.toBe(table.token);
  });

  it("leaves no open request on a table retired among concurrent requests", async () => {
    const { owner, tenantId, tables } = await open(["9"]);
    const tableId = tables[0]?.id ?? "";
    const types = ["waiter", "bill", "water", "order", "other"];
    const calls = types.map((type) =>
      createRequest(database, {
        tenantId,
        actor: { kind: "guest", sessionId: randomUUID(), tableId },
        type,
      }),
    );
    await Promise.allSettled([...calls, retireTable(database, owner, tableId)]);
    const open_ = await database.inTenant(tenantId, (tx) =>
      tx.selectFrom("request").select("id").where("state", "in", ["new", "claimed"]).execute(),
    );
    expect(open_).toEqual([]);
  });

  it("refuses a muted table's guests with the time, not its staff", async () => {
    const { owner, ownerId, tenantId, tables } = await open(["5"]);
    const tableId = tables[0]?.id ?? "";
    const muted = await muteTable(database, owner, tableId, { minutes: 5, dismissOpen: false });
    const guest = { kind: "guest", sessionId: randomUUID(), tableId } as const;
    await expect(
      createRequest(database, { tenantId, actor: guest, type: "water" }),
    ).rejects.toMatchObject({
      code: "table_muted",
      extra: { members: { until: muted.body.table.mutedUntil } },
    });
    const staff = { kind: "staff", id: ownerId, role: "owner" } as const;
    await createRequest(database, { tenantId, actor: staff, tableId, type: "water" });
    await muteTable(database, owner, tableId, { minutes: 0, dismissOpen: false });
    await createRequest(database, { tenantId, actor: guest, type: "bill" });
  });
});

it("reads of 50,000 retired tables none where one code is asked for again", async () => {
  const { withKey, tenantId, tables } = await open(["1"]);
  await database.inTenant(tenantId, (tx) =>
    sql`insert into dining_table (tenant_id, label, token, retired_at)
      select ${tenantId}, 'r' || n, 'r' || n || ${tenantId}, now() from generate_series(1, 50000) n`.execute(
      tx,
    ),
  );
  const rotate = () => rotateCode(database, withKey("rotate"), tables[0]?.id ?? "");
  const first = await rotate();
  const begin = process.cpuUsage();
  const again = await rotate();
  expect(process.cpuUsage(begin).user).toBeLessThan(100_000);
  expect([again.replayed, again.body]).toEqual([true, first.body]);
});

describe("zones and orders", () => {
  it("keeps a zone that has tables, unless they are taken out of it", async () => {
    const { owner, tables } = await open(["1"]);
    const { zone } = (await createZone(database, owner, { name: "Terrace" })).body;
    const id = tables[0]?.id ?? "";
    await updateTable(database, owner, id, { zoneId: zone.id, version: 1 });
    await expect(deleteZone(database, owner, zone.id, { unzone: false })).rejects.toMatchObject({
      code: "in_use",
    });
    const deleted = await deleteZone(database, owner, zone.id, { unzone: true });
    expect(event(deleted)[0]).toMatchObject({ type: "zone.deleted", data: { tables: [{ id }] } });
  });

  it("makes 200 zones and no more", async () => {
    const { owner, tenantId } = await open([]);
    await database.inTenant(tenantId, (tx) =>
      sql`insert into zone (tenant_id, name) select ${tenantId}, 'z' || n
        from generate_series(1, 199) n`.execute(tx),
    );
    const make = (name: string) => createZone(database, owner, { name });
    const results = await Promise.allSettled([make("a"), make("b")]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(make("c")).rejects.toMatchObject({ code: "validation_failed" });
  });

  it("puts tables into order with one event, and refuses a stale order", async () => {
    const { owner, tenantId, tables } = await open(["1", "2", "3"]);
    const members = tables.map(({ id }) => id).toReversed();
    const version = await database.inTenant(tenantId, (tx) => orderVersion(tx, "tables"));
    const put = await putOrder(database, owner, "tables", { members, version });
    expect(event(put)).toMatchObject([{ type: "table.ordered", data: { ids: members } }]);
    await expect(putOrder(database, owner, "tables", { members, version })).rejects.toMatchObject({
      code: "conflict",
      extra: { members: { ids: members, version: version + 1 } },
    });
    const listed = await database.inTenant(tenantId, (tx) => listTables(tx));
    expect(listed.map(({ id }) => id)).toEqual(members);
  });
});

describe("request types", () => {
  it("makes a key of the label and frees no key by retiring", async () => {
    const { owner } = await open();
    const first = await createRequestType(database, owner, { label: "Crème brûlée", icon: "x" });
    expect(first.body.requestType).toMatchObject({ key: "creme-brulee", asksPayment: false });
    await retireRequestType(database, owner, "creme-brulee");
    const second = await createRequestType(database, owner, { label: "Crème brûlée", icon: "x" });
    expect(second.body.requestType.key).toBe("creme-brulee-2");
  });

  it("lets open requests of a retired type go on and refuses new ones", async () => {
    const { owner, ownerId, tenantId, tables } = await open();
    const actor = { kind: "guest", sessionId: randomUUID(), tableId: tables[0]?.id ?? "" } as const;
    const made = await createRequest(database, { tenantId, actor, type: "water" });
    await retireRequestType(database, owner, "water");
    const staff = { kind: "staff", id: ownerId, role: "owner" } as const;
    const claimed = await sendCommand(database, "claim", {
      tenantId,
      actor: staff,
      requestId: made.request.id,
    });
    expect(claimed.request.state).toBe("claimed");
    const other = { ...actor, tableId: tables[1]?.id ?? "" };
    await expect(
      createRequest(database, { tenantId, actor: other, type: "water" }),
    ).rejects.toMatchObject({ code: "validation_failed" });
  });
});

describe("people", () => {
  it("keeps one of two owners who demote each other at the same moment", async () => {
    const { owner, ownerId, tenantId } = await open();
    const other = (await createPerson(database, owner, { name: "Otto", role: "owner" })).body.staff;
    const demote = (editorId: string, id: string) =>
      updatePerson(database, { tenantId, editor: { id: editorId, role: "owner" } }, id, {
        role: "waiter",
        version: 1,
      });
    const results = await Promise.allSettled([
      demote(ownerId, other.id),
      demote(other.id, ownerId),
    ]);
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "last_owner" });
  });

  it.each([
    ["manager", "owner"],
    ["manager", "manager"],
  ] as const)("lets no %s make or change a person of role %s", async (role, other) => {
    const { owner, tenantId } = await open();
    const editor: ChangeContext = { tenantId, editor: { id: randomUUID(), role } };
    await expect(createPerson(database, editor, { name: "X", role: other })).rejects.toMatchObject({
      code: "forbidden",
    });
    const waiter = (await createPerson(database, owner, { name: "W", role: "waiter" })).body.staff;
    await expect(
      updatePerson(database, editor, waiter.id, { role: other, version: 1 }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  it("ends every session of a deactivated person", async () => {
    const { owner } = await open();
    const staff = (await createPerson(database, owner, { name: "Anna", role: "waiter" })).body
      .staff;
    const { session } = await joined(owner, staff.id);
    const changed = await updatePerson(database, owner, staff.id, { active: false, version: 1 });
    expect(changed.revoked).toEqual([session.sid]);
  });

  it("has 2,000 active people and no more", async () => {
    const { owner, tenantId } = await open([]);
    await database.inTenant(tenantId, (tx) =>
      sql`insert into staff (tenant_id, name, role) select ${tenantId}, 'p' || n, 'waiter'
        from generate_series(1, 1998) n`.execute(tx),
    );
    const make = () => createPerson(database, owner, { name: "Anna", role: "waiter" });
    const { id } = (await make()).body.staff;
    await expect(make()).rejects.toMatchObject({ code: "validation_failed" });
    await updatePerson(database, owner, id, { active: false, version: 1 });
    const { staff } = (await make()).body;
    await expect(
      updatePerson(database, owner, id, { active: true, version: 2 }),
    ).rejects.toMatchObject({ code: "validation_failed" });
    await updatePerson(database, owner, staff.id, { name: "Anne", version: 1 });
  });

  it("holds no e-mail address in its event", async () => {
    const { owner } = await open();
    const input = { name: "Anna", role: "waiter", email: "Anna@Example.com" } as const;
    const made = await createPerson(database, owner, input);
    expect(made.body.staff.email).toBe("anna@example.com");
    expect(JSON.stringify(made.events)).not.toContain("example.com");
  });
});

const start = async (
  tx: Parameters<Parameters<Database["inTenant"]>[1]>[0],
  staffId: string,
): Promise<{ sid: string }> => {
  const sid = randomUUID();
  await tx
    .insertInto("staff_session")
    .values({
      tenant_id: tx.tenantId,
      id: sid,
      staff_id: staffId,
      token_hash: randomUUID(),
      expires_at: new Date(Date.now() + 3_600_000),
    })
    .execute();
  return { sid };
};
const joined = async (owner: ChangeContext, staffId: string, key?: string) => {
  const { secret } = await invite(database, owner, staffId);
  const device = key === undefined ? {} : { device: { key } };
  return { secret, ...(await join(database, owner.tenantId, { secret, ...device }, start)) };
};

describe("invitations", () => {
  it("signs a device in once", async () => {
    const { owner, ownerId, tenantId } = await open();
    const { secret, event: joinedEvent } = await joined(owner, ownerId);
    expect(joinedEvent?.envelope).toContain("staff.joined");
    expect(joinedEvent?.envelope).not.toContain(secret);
    await expect(join(database, tenantId, { secret }, start)).rejects.toMatchObject({
      code: "invitation_used",
    });
  });

  it("answers the same device again and ends the lost session", async () => {
    const { owner, ownerId, tenantId } = await open();
    const { secret, session } = await joined(owner, ownerId, "device-1");
    const again = await join(database, tenantId, { secret, device: { key: "device-1" } }, start);
    expect(again.replaced).toBe(session.sid);
    expect(again.session.sid).not.toBe(session.sid);
    await expect(
      join(database, tenantId, { secret, device: { key: "device-2" } }, start),
    ).rejects.toMatchObject({ code: "invitation_used" });
  });

  it("replaces the invitation before it", async () => {
    const { owner, ownerId, tenantId } = await open();
    const first = await invite(database, owner, ownerId);
    const second = await invite(database, owner, ownerId);
    await expect(join(database, tenantId, { secret: first.secret }, start)).rejects.toMatchObject({
      code: "invitation_replaced",
    });
    const read = await database.inTenant(tenantId, (tx) => readInvitation(tx, second.secret));
    expect(read).toEqual({ restaurant: "Trattoria", name: "Olga", role: "owner" });
  });

  it("keeps a bounded number of a person's links, the newest", async () => {
    const { owner, ownerId, tenantId } = await open();
    const first = await invite(database, owner, ownerId);
    for (let made = 1; made < 100; made++) await invite(database, owner, ownerId);
    const read = (secret: string) =>
      database.inTenant(tenantId, (tx) => readInvitation(tx, secret));
    await expect(read(first.secret)).rejects.toMatchObject({ code: "invitation_replaced" });
    const last = await invite(database, owner, ownerId);
    await expect(read(first.secret)).rejects.toMatchObject({ code: "not_found" });
    expect((await read(last.secret)).name).toBe("Olga");
  });

  it("expires", async () => {
    const { owner, ownerId, tenantId } = await open();
    const { secret } = await invite(database, owner, ownerId);
    await database.inTenant(tenantId, (tx) =>
      tx
        .updateTable("invitation")
        .set({ expires_at: new Date(0) })
        .execute(),
    );
    await expect(join(database, tenantId, { secret }, start)).rejects.toMatchObject({
      code: "invitation_expired",
    });
  });

  it("lets a person end their own devices and a waiter no one else's", async () => {
    const { owner, ownerId, tenantId } = await open();
    const staff = (await createPerson(database, owner, { name: "Anna", role: "waiter" })).body
      .staff;
    const { session } = await joined(owner, staff.id);
    const anna = { id: staff.id, role: "waiter" } as const;
    await expect(
      database.inTenant(tenantId, (tx) => endDevices(tx, anna, ownerId)),
    ).rejects.toMatchObject({ code: "forbidden" });
    const ended = await database.inTenant(tenantId, (tx) => endDevices(tx, anna, staff.id));
    expect(ended).toEqual([session.sid]);
  });
});

describe("settings and duty", () => {
  it("holds neither Wi-Fi password nor second channel in its event", async () => {
    const { owner, tenantId } = await open();
    const changed = await updateSettings(database, owner, {
      wifi: { name: "Guests", password: "spaghetti" },
      secondChannel: { kind: "webhook", target: "https://hooks.example/secret-path" },
      hours: { weekly: { fri: [["18:00", "01:00"]] } },
      version: 1,
    });
    expect(changed.body.secret).toMatch(/^whsec_/);
    expect(JSON.stringify(changed.events)).not.toMatch(/spaghetti|secret-path|whsec/);
    const read = await database.inTenant(tenantId, readSettings);
    expect(read).toMatchObject({ wifi: { password: "spaghetti" }, version: 2 });
  });

  it("writes a policy as seconds too, and its reset as those of a new restaurant", async () => {
    const { owner } = await open();
    const steps = [
      { afterS: 0, to: "assigned" },
      { afterS: 20, to: "everyone" },
      { afterS: 45, to: "managers" },
    ] as const;
    await updateSettings(database, owner, {
      escalation: { steps: [...steps], doneAfterS: 0 },
      version: 1,
    });
    const stored = () =>
      database.inTenant(owner.tenantId, (tx) =>
        tx.selectFrom("tenant").select("escalation_steps").executeTakeFirstOrThrow(),
      );
    const { escalation_steps: seconds } = await stored();
    expect(seconds.slice(0, 2)).toEqual([20, 45]);
    const reset = await updateSettings(database, owner, { escalation: null, version: 2 });
    expect(reset.body.settings.escalation).toEqual(defaultPolicy);
    expect((await stored()).escalation_steps).toEqual([30, 60, 120]);
  });

  it("refuses a stale version with the settings as they are", async () => {
    const { owner } = await open();
    await updateSettings(database, owner, { name: "Osteria", version: 1 });
    await expect(updateSettings(database, owner, { name: "X", version: 1 })).rejects.toMatchObject({
      code: "conflict",
      extra: { members: { settings: { name: "Osteria", version: 2 } } },
    });
  });

  it("reads a time zone that 0.2 stored and a change refuses, so that it can be saved again", async () => {
    const { owner, tenantId } = await open();
    const stored = await database.inTenant(tenantId, async (tx) => {
      const hours = JSON.stringify({ weekly: {} });
      await sql`update tenant set time_zone = 'JST', hours = ${hours}::jsonb`.execute(tx);
      return await readOpening(tx);
    });
    expect(isOpenAt(stored, 0)).toEqual({ open: false });
    const { timeZone } = stored.settings;
    const saved = await updateSettings(database, owner, { timeZone, version: 1 });
    expect(saved.body.settings.timeZone).toBe("Asia/Tokyo");
  });

  it.each([
    ["timeZone", { timeZone: "Mars/Base" }],
    ["accent", { accent: "#ffff00" }],
    [
      "escalation.steps.1.afterS",
      {
        escalation: {
          steps: [
            { afterS: 0, to: "zone" },
            { afterS: 0, to: "managers" },
          ],
          doneAfterS: 0,
        },
      },
    ],
    [
      "hours.weekly.mon.1",
      {
        hours: {
          weekly: {
            mon: [
              ["10:00", "12:00"],
              ["11:00", "13:00"],
            ],
          },
        },
      },
    ],
  ] as const)("names the field %s that is wrong", async (path, patch) => {
    const { owner } = await open();
    const change = async () =>
      updateSettings(database, owner, { ...structuredClone(patch), version: 1 } as never);
    await expect(change()).rejects.toMatchObject({
      code: "validation_failed",
      extra: { errors: [{ path }] },
    });
  });

  it("starts, changes and ends duty with an event each", async () => {
    const { owner, tables } = await open();
    const started = await putDuty(database, owner, { tables: "all", zones: [] });
    const ids = [tables[0]?.id ?? ""];
    const changed = await putDuty(database, owner, { tables: ids, zones: [] });
    expect([...event(started), ...event(changed)].map(({ type }) => type)).toEqual([
      "duty.started",
      "duty.changed",
    ]);
    expect(changed.body.duty).toMatchObject({ tables: ids, staff: { name: "Olga" } });
    const { zone } = (await createZone(database, owner, { name: "Terrace" })).body;
    const inZone = await putDuty(database, owner, { tables: [], zones: [zone.id] });
    expect(inZone.body.duty).toMatchObject({ tables: [], zones: [zone.id] });
  });

  it("confirms and shortens a duty that names more places than a lower limit allows", async () => {
    const { owner, tables } = await open();
    const { zone } = (await createZone(database, owner, { name: "Terrace" })).body;
    const few = { tables: [tables[0]?.id ?? ""], zones: [] };
    const more = { ...few, zones: [zone.id] };
    await putDuty(database, owner, more);
    for (const input of [more, few])
      expect((await putDuty(database, owner, input, 0)).status).toBe(200);
    await expect(putDuty(database, owner, more, 1)).rejects.toMatchObject({
      code: "validation_failed",
    });
  });

  it("refuses duty to a screen", async () => {
    const { tenantId, owner } = await open();
    const { staff } = (await createPerson(database, owner, { name: "Bar", role: "screen" })).body;
    const screen = { tenantId, editor: { id: staff.id, role: "screen" } } as const;
    await expect(putDuty(database, screen, { tables: "all", zones: [] })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("rings waiting requests again after each change of whom they address", async () => {
    const { tenantId, owner, tables } = await open();
    const id = tables[0]?.id ?? "";
    await createRequest(database, {
      tenantId,
      actor: { kind: "guest", sessionId: randomUUID(), tableId: id },
      type: "water",
    });
    const { zone } = (await createZone(database, owner, { name: "Terrace" })).body;
    const { staff } = (await createPerson(database, owner, { name: "Ben", role: "waiter" })).body;
    /** Takes the due ring away, as the worker does that fires it; returns how many there were. */
    const rings = () =>
      database.inTenant(tenantId, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom("deadline")
          .where("kind", "=", "ring")
          .executeTakeFirst();
        return Number(numDeletedRows);
      });
    await rings();
    const changes = {
      "duty starts": () => putDuty(database, owner, { tables: "all", zones: [] }),
      "duty changes": () => putDuty(database, owner, { tables: [id], zones: [] }),
      "duty ends": () => endDuty(database, owner),
      "a table moves": () => updateTable(database, owner, id, { zoneId: zone.id, version: 1 }),
      "a zone goes": () => deleteZone(database, owner, zone.id, { unzone: true }),
      "a person comes": () => createPerson(database, owner, { name: "Eva", role: "waiter" }),
      "a person goes": () => updatePerson(database, owner, staff.id, { active: false, version: 1 }),
    };
    const found: [string, number][] = [];
    for (const [name, change] of Object.entries(changes)) {
      await change();
      found.push([name, await rings()]);
    }
    expect(found).toEqual(Object.keys(changes).map((name) => [name, 1]));
  });

  it("ends the due deliveries of a restaurant when it is suspended", async () => {
    const { tenantId, owner, tables } = await open();
    const { request } = await createRequest(database, {
      tenantId,
      actor: { kind: "guest", sessionId: randomUUID(), tableId: tables[0]?.id ?? "" },
      type: "water",
    });
    await database.inTenant(tenantId, (tx) =>
      tx
        .insertInto("delivery")
        .values({
          tenant_id: tenantId,
          request_id: request.id,
          round: 1,
          step: 0,
          staff_id: owner.editor.id,
          channel: "push",
          expires_at: new Date(Date.now() + 60_000),
        })
        .execute(),
    );
    expect(await setSuspended(database, tenantId, true)).toBe(true);
    const rows = await database.inTenant(tenantId, (tx) =>
      tx.selectFrom("delivery").select(["state", "reason"]).execute(),
    );
    expect(rows).toEqual([{ state: "superseded", reason: "tenant_suspended" }]);
  });
});
