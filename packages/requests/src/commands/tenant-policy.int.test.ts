/** The policy that a create reads equals the database's `effective_policy`. */
import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { tenantPolicy } from "./tenant-policy.ts";
import { startRestaurants } from "../testing/restaurant.ts";

test("a restaurant's policy is its own, the default or made of its seconds", async () => {
  await using restaurants = await startRestaurants();
  const { tenantId } = await restaurants.open();
  const own = JSON.stringify({ steps: [{ afterS: 5, to: "everyone" }], doneAfterS: 60 });
  for (const change of [
    sql`escalation = escalation`,
    sql`escalation_steps = '{10,20,30,40}'`,
    sql`escalation_steps = '{}'`,
    sql`escalation = ${own}::jsonb`,
  ]) {
    const { rows } = await restaurants.database.inTenant(tenantId, async (tx) => {
      await sql`update tenant set ${change} where id = ${tenantId}`.execute(tx);
      return await sql<{ read: unknown; effective: unknown }>`
        select ${tenantPolicy} as read,
          effective_policy(tenant.escalation, tenant.escalation_steps) as effective
        from tenant where id = ${tenantId}`.execute(tx);
    });
    expect(rows[0]?.read).toEqual(rows[0]?.effective);
    expect(rows[0]?.read).toHaveProperty("steps");
  }
});
