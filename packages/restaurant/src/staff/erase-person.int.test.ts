import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import {
  createDatabase,
  createStaff,
  createStaffSession,
  createTenant,
  type Database,
} from "@waiter/database";
import { createRequest } from "@waiter/requests";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { erasePerson, listDuty, putDuty } from "../index.ts";

let urls: TestDatabase;
let database: Database;
let eraser: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "erase" });
  eraser = createDatabase({ url: urls.appUrl, max: 2, name: "the-eraser" });
});
afterAll(async () => {
  await database.close();
  await eraser.close();
  await urls.drop();
});

async function open(role: "owner" | "waiter") {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { name: "Olga" },
    tables: ["1"],
  });
  const person = { email: "anna@x.example", name: "Anna Angelo", role, passwordHash: "x" };
  const anna = await database.inTenant(tenant.id, (tx) => createStaff(tx, person));
  const context = { tenantId: tenant.id, editor: { id: null, role: "platform" } } as const;
  return { tenantId: tenant.id, tableId: tables[0]?.id ?? "", owner, anna, context };
}

test("an erasure ends duty and sessions, rings the others and tells every board", async () => {
  const { tenantId, tableId, anna, context } = await open("waiter");
  const editor = { id: anna.id, role: "waiter" } as const;
  await putDuty(database, { tenantId, editor }, { tables: "all", zones: [] });
  const actor = { kind: "guest", sessionId: randomUUID(), tableId } as const;
  const { request } = await createRequest(database, { tenantId, actor, type: "water" });
  await database.inTenant(tenantId, async (tx) => {
    const session = { id: randomUUID(), tokenHash: randomUUID(), lifetimeS: 3_600 };
    await createStaffSession(tx, { ...session, staffId: anna.id });
    await tx.deleteFrom("deadline").where("tenant_id", "=", tenantId).execute();
  });

  const { events } = await erasePerson(database, context, anna.id);
  const said = events.map(({ envelope }) => JSON.parse(envelope) as Envelope);
  expect(said).toMatchObject([
    { type: "duty.ended", data: { duty: { staff: { id: anna.id, name: "Former colleague" } } } },
    {
      type: "staff.updated",
      data: { staff: { id: anna.id, name: "Former colleague", active: false } },
    },
  ]);
  expect(JSON.stringify(said)).not.toMatch(/Anna|anna@/);
  const after = await database.inTenant(tenantId, async (tx) => ({
    duty: await listDuty(tx),
    sessions: await tx
      .selectFrom("staff_session")
      .select("id")
      .where("tenant_id", "=", tenantId)
      .where("staff_id", "=", anna.id)
      .where("revoked_at", "is", null)
      .execute(),
    rings: await tx
      .selectFrom("deadline")
      .select(["request_id", "kind"])
      .where("tenant_id", "=", tenantId)
      .execute(),
  }));
  expect(after).toEqual({
    duty: [],
    sessions: [],
    rings: [{ request_id: request.id, kind: "ring" }],
  });
});

test("an erasure beside a demotion of the other owner leaves an owner", async () => {
  const { tenantId, owner, anna, context } = await open("owner");
  let outcome: string | undefined;
  let erasure: Promise<void> | undefined;
  await database.inTenant(tenantId, async (tx) => {
    await sql`select from tenant where id = ${tenantId} for no key update`.execute(tx);
    await tx
      .updateTable("staff")
      .set({ role: "manager" })
      .where("tenant_id", "=", tenantId)
      .where("id", "=", owner.id)
      .execute();
    erasure = erasePerson(eraser, context, anna.id).then(
      () => void (outcome = "erased"),
      (error: unknown) => void (outcome = (error as { code?: string }).code),
    );
    const met = async () => outcome !== undefined || (await isWaiting());
    await waitFor(met, 60_000, "the erasure to wait for the demotion");
  });
  await erasure;
  expect(outcome).toBe("last_owner");
});

const isWaiting = () =>
  database.inTenant(randomUUID(), async (tx) => {
    const { rows } = await sql<{ waits: boolean }>`
      select exists (select from pg_stat_activity where datname = current_database()
        and application_name like '%the-eraser%' and wait_event_type = 'Lock') as waits`.execute(
      tx,
    );
    return rows[0]?.waits === true;
  });
