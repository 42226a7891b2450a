/** What a lock that one restaurant's transaction holds does to the others. */
import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createDatabase, createTenant } from "@waiter/database";
import { createRequest } from "@waiter/requests";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { setStage } from "../testing/worker-stage.ts";

test("deadlines of a restaurant whose requests are locked delay no other restaurant's", async () => {
  await using stage = await setStage({ steps: [60] });
  const { tenant, tables } = await createTenant(stage.database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1", "2", "3", "4", "5", "6"],
  });
  for (const { id: tableId } of tables)
    await createRequest(stage.database, {
      tenantId: tenant.id,
      actor: { kind: "guest", sessionId: randomUUID(), tableId },
      type: "waiter",
    });
  const requestId = await stage.call();
  const makeDue = (tenantId: string, seconds: number) =>
    stage.database.inTenant(tenantId, (tx) =>
      sql`update deadline set due_at = now() - make_interval(secs => ${seconds})
        where kind = 'escalation'`.execute(tx),
    );
  await makeDue(tenant.id, 5);
  await makeDue(stage.tenantId, 1);
  await using locker = createDatabase({
    url: stage.urls.appUrl,
    max: 1,
    name: "locker",
    limits: { idleMs: 0, transactionMs: 0 },
  });
  const release = Promise.withResolvers<void>();
  const locked = locker.inTenant(tenant.id, async (tx) => {
    await sql`select from request for update`.execute(tx);
    await release.promise;
  });
  try {
    await stage.start({ DB_POOL_MAX: "4" });
    await waitFor(async () => (await stage.history(requestId)).length > 1, 8_000);
  } finally {
    release.resolve();
    await locked;
  }
  expect(await stage.history(requestId)).toEqual(["request.created 0", "request.escalated 1"]);
}, 60_000);
