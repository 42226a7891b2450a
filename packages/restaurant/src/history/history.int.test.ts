import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, createStaff, createTenant, type Database } from "@waiter/database";
import { readReach, readTenantReach } from "@waiter/ledger";
import { createRequest, sendCommand } from "@waiter/requests";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { erasePerson } from "../staff/erase-person.ts";
import { readHistory } from "./history.ts";
import { muteTable } from "../floor/retire-table.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "history" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

async function setRequest() {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "Olga", passwordHash: "x" },
    tables: ["1"],
  });
  const tenantId = tenant.id;
  const tableId = tables[0]?.id ?? "";
  const [anna, ben] = await database.inTenant(tenantId, async (tx) => [
    await createStaff(tx, {
      email: "a@x.example",
      name: "Anna",
      role: "waiter",
      passwordHash: "x",
    }),
    await createStaff(tx, { email: "b@x.example", name: "Ben", role: "waiter", passwordHash: "x" }),
  ]);
  const { request } = await createRequest(database, {
    tenantId,
    actor: { kind: "guest", sessionId: randomUUID(), tableId },
    type: "water",
  });
  const ring = (staffId: string | null, state: "failed" | "shown" | "unreachable") =>
    database.inTenant(tenantId, (tx) =>
      tx
        .insertInto("delivery")
        .values({
          tenant_id: tenantId,
          request_id: request.id,
          round: 1,
          step: 0,
          staff_id: staffId,
          channel: staffId === null ? "ntfy" : "push",
          state,
          reason: state === "shown" ? null : "http_410",
          expires_at: new Date(),
          ...(state === "shown" ? { shown_at: new Date() } : { ended_at: new Date() }),
        })
        .execute(),
    );
  return { tenantId, tableId, id: request.id, owner, anna, ben, ring };
}

test("history joins changes and deliveries; a waiter reads own deliveries alone", async () => {
  const { tenantId, id, owner, anna, ben, ring } = await setRequest();
  await ring(anna?.id ?? "", "shown");
  await ring(ben?.id ?? "", "failed");
  await ring(null, "failed");
  await sendCommand(database, "claim", {
    tenantId,
    requestId: id,
    actor: { kind: "staff", id: anna?.id ?? "", name: "Anna", role: "waiter" },
  });
  const read = async (reader: { id: string; role: "owner" | "waiter" }) =>
    (await database.inTenant(tenantId, (tx) => readHistory(tx, id, reader))).map((entry) =>
      [entry.what, entry.staff?.name, entry.channel, entry.state, entry.reason]
        .filter((part) => part !== undefined)
        .join(" "),
    );
  const all = await read({ id: owner.id, role: "owner" });
  expect(all[0]).toBe("request.created new");
  expect(all.at(-1)).toBe("request.claimed Anna claimed");
  expect(all.slice(1, -1).sort()).toEqual([
    "delivery Anna push due",
    "delivery Anna push shown",
    "delivery Ben push due",
    "delivery Ben push failed http_410",
    "delivery ntfy due",
    "delivery ntfy failed http_410",
  ]);
  const own = await read({ id: ben?.id ?? "", role: "waiter" });
  expect(own.filter((line) => line.includes("Anna"))).toEqual(["request.claimed Anna claimed"]);
  expect(own.filter((line) => line.includes("Ben"))).toHaveLength(2);
});

test("history names person and screen, and who muted a table", async () => {
  const { tenantId, tableId, id, owner, anna, ben } = await setRequest();
  const screen = await database.inTenant(tenantId, (tx) =>
    createStaff(tx, { name: "Bar", role: "screen" }),
  );
  await sendCommand(database, "claim", {
    tenantId,
    requestId: id,
    actor: { kind: "staff", id: anna?.id ?? "", role: "waiter", screen },
  });
  const context = { tenantId, editor: { id: ben?.id ?? "", role: "manager" } } as const;
  await muteTable(database, context, tableId, { minutes: 5, dismissOpen: true });
  const entries = await database.inTenant(tenantId, (tx) =>
    readHistory(tx, id, { id: owner.id, role: "owner" }),
  );
  const told = entries.filter(({ what }) => what.startsWith("request."));
  expect(told.map(({ what, staff, device }) => ({ what, name: staff?.name, device }))).toEqual([
    { what: "request.created", name: undefined, device: undefined },
    { what: "request.claimed", name: "Anna", device: "Bar" },
    { what: "request.dismissed", name: "Ben", device: undefined },
  ]);
});

test("history calls an erased person a former colleague in every line", async () => {
  const { tenantId, id, owner, anna, ring } = await setRequest();
  await ring(anna?.id ?? "", "shown");
  const actor = { kind: "staff", id: anna?.id ?? "", name: "Anna", role: "waiter" } as const;
  for (const verb of ["claim", "complete"] as const)
    await sendCommand(database, verb, { tenantId, requestId: id, actor });
  const context = { tenantId, editor: { id: null, role: "platform" } } as const;
  await erasePerson(database, context, actor.id);
  const entries = await database.inTenant(tenantId, (tx) =>
    readHistory(tx, id, { id: owner.id, role: "owner" }),
  );
  expect(JSON.stringify(entries)).not.toContain("Anna");
  const named = entries.flatMap(({ what, staff }) => (staff === undefined ? [] : [[what, staff]]));
  const colleague = { id: actor.id, name: "Former colleague" };
  expect(named).toEqual([
    ["delivery", colleague],
    ["delivery", colleague],
    ["request.claimed", colleague],
    ["request.completed", colleague],
  ]);
});

test("reach says screen, push or none, and null while it is not known", async () => {
  const { tenantId, tableId, anna, ring } = await setRequest();
  const reach = (online: boolean | null) =>
    database.inTenant(tenantId, (tx) => readReach(tx, tableId, online));
  expect([await reach(true), await reach(false), await reach(null)]).toEqual([
    "screen",
    "none",
    null,
  ]);
  const ofTenant = () => database.inTenant(tenantId, readTenantReach);
  expect((await ofTenant()).reach).toBe("none");
  await ring(anna?.id ?? "", "shown");
  expect([await reach(true), await reach(false), await reach(null)]).toEqual([
    "screen",
    "push",
    "push",
  ]);
  expect((await ofTenant()).tables).toEqual([{ table: tableId, reach: "push" }]);
});
