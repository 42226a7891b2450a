import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createDatabase, createTenant } from "@waiter/database";
import { testDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { listDeadLetters, recordDelivery, replayDeadLetter } from "./index.ts";

test("a letter that is sent again between two pages hides no other one", async () => {
  const urls = await testDatabase();
  await using database = createDatabase({ url: urls.appUrl, max: 2, name: "ledger" });
  const { tenant } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  const page = (after?: string) =>
    database.inTenant(tenant.id, async (tx) =>
      (await listDeadLetters(tx, { after, limit: 2 })).map(({ id }) => id),
    );
  await database.inTenant(tenant.id, async (tx) => {
    await sql`insert into request (tenant_id, table_id, type)
      select tenant_id, id, 'water' from dining_table`.execute(tx);
    await sql`insert into delivery (tenant_id, request_id, round, step, channel, state, reason,
        expires_at, ended_at)
      select tenant_id, id, 1, step, 'webhook', 'failed', 'http_500', now(),
        now() - make_interval(mins => step)
      from request, generate_series(1, 4) as step`.execute(tx);
  });
  const [first = "", second = ""] = await page();
  const rest = await page(second);
  expect(rest).toHaveLength(2);

  await database.inTenant(tenant.id, (tx) => replayDeadLetter(tx, second));
  expect(await page(second)).toEqual([first, rest[0]]);
  await database.inTenant(tenant.id, (tx) => recordDelivery(tx, second, { state: "sent" }));
  expect(await page(second)).toEqual([first, rest[0]]);
  await urls.drop();
});
