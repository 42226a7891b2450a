import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, test } from "@jest/globals";
import { createDatabase, createStaff, createTenant, type Database } from "@waiter/database";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { endDuty, putDuty } from "./duty.ts";
import { endOverdueDuty } from "./duty-ends.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "locks" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const changes = {
  "a change of duty": (by) => putDuty(database, by, { tables: "all", zones: [] }),
  "the end of one's duty": (by) => endDuty(database, by),
  "the end of overdue duty": ({ tenantId }) => endOverdueDuty(database, tenantId),
} satisfies Record<string, (by: Parameters<typeof endDuty>[1]) => Promise<unknown>>;

test.each(Object.entries(changes))(
  "%s waits for new opening hours and holds no duty meanwhile",
  async (_name, run) => {
    const { tenant } = await createTenant(database, {
      slug: `t${randomUUID().slice(0, 8)}`,
      name: "Osteria",
      owner: { email: "o@example.com", name: "O", passwordHash: "x" },
      tables: ["1"],
    });
    const tenantId = tenant.id;
    const { id } = await database.inTenant(tenantId, (tx) =>
      createStaff(tx, { email: "a@x.io", name: "A", role: "waiter", passwordHash: "x" }),
    );
    const by = { tenantId, editor: { id, role: "waiter" as const } };
    await putDuty(database, by, { tables: "all", zones: [] });
    await database.inTenant(tenantId, (tx) =>
      sql`update duty set since = since - interval '17 hours'`.execute(tx),
    );
    let changed: Promise<unknown> | undefined;
    await database.inTenant(tenantId, async (tx) => {
      await sql`select from tenant where id = ${tenantId} for no key update`.execute(tx);
      changed = run(by);
      await waitFor(async () => {
        const { rows } = await sql`select from pg_stat_activity
          where application_name = 'locks' and wait_event_type = 'Lock'`.execute(database.db);
        return rows.length > 0;
      }, 20_000);
      // Fails at once if the change holds the row: the tenant's update would wait for it.
      await sql`select from duty where tenant_id = ${tenantId} for update nowait`.execute(tx);
    });
    await changed;
  },
);
