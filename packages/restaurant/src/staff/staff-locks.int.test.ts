import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, createStaffSession, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { createPerson, invite, join, updatePerson, type ChangeContext } from "../index.ts";
import { lockTenant } from "../lock-tenant.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 5,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

test.each([{ active: false }, { role: "waiter" as const }])(
  "an owner's change that waits for the one by which that owner became %j is refused",
  async (next) => {
    const { tenant, owner } = await createTenant(database, {
      slug: `t${randomUUID().slice(0, 8)}`,
      name: "Trattoria",
      owner: { name: "Olga" },
    });
    const olga: ChangeContext = {
      tenantId: tenant.id,
      editor: { id: owner.id, role: "owner" },
    };
    const { staff } = (await createPerson(database, olga, { name: "Otto", role: "owner" })).body;
    const otto: ChangeContext = { ...olga, editor: { id: staff.id, role: "owner" } };
    const back = { active: true, role: "owner", version: staff.version ?? 0 } as const;
    let late: Promise<unknown> = Promise.resolve();
    await database.inTenant(tenant.id, async (tx) => {
      await lockTenant(tx);
      late = updatePerson(database, otto, staff.id, { ...back, version: back.version + 1 });
      late.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await tx
        .updateTable("staff")
        .set({ ...next, version: back.version + 1 })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", staff.id)
        .execute();
    });
    await expect(late).rejects.toMatchObject({ code: "forbidden" });
    const now = await database.inTenant(tenant.id, (tx) =>
      tx.selectFrom("staff").select(["active", "role"]).where("id", "=", staff.id).execute(),
    );
    expect(now).toMatchObject([next]);
  },
);

test("a manager's link does not sign in as the owner that its person becomes meanwhile", async () => {
  const { tenant, owner } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { name: "Olga" },
  });
  const olga: ChangeContext = { tenantId: tenant.id, editor: { id: owner.id, role: "owner" } };
  const hire = async (role: "manager" | "waiter"): Promise<string> =>
    (await createPerson(database, olga, { name: "Mia", role })).body.staff.id;
  const [manager, waiter] = [await hire("manager"), await hire("waiter")];
  const editor = { id: manager, role: "manager" } as const;
  const { secret } = await invite(database, { ...olga, editor }, waiter);
  const start = async (
    tx: Parameters<typeof createStaffSession>[0],
    staffId: string,
  ): Promise<{ readonly sid: string }> => {
    const sid = randomUUID();
    await createStaffSession(tx, { id: sid, staffId, tokenHash: sid, lifetimeS: 60 });
    return { sid };
  };
  let joining: Promise<unknown> = Promise.resolve();
  await database.inTenant(tenant.id, async (tx) => {
    await tx
      .updateTable("staff")
      .set({ role: "owner" })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", waiter)
      .execute();
    joining = join(database, tenant.id, { secret }, start);
    joining.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  await expect(joining).rejects.toMatchObject({ code: "invitation_expired" });
});
