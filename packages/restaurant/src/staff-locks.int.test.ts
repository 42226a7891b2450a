import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { createPerson, updatePerson, type ChangeContext } from "./index.ts";
import { lockTenant } from "./lock-tenant.ts";

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
