/** Deadlines have no foreign key: a trigger deletes them with their request and their tenant. */
import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { createRequest } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

/** Runs one statement as the tenant; returns its requests and deadlines afterwards. */
const after = ({ tenantId }: TestRestaurant, statement: "keep" | "request" | "tenant") =>
  restaurants.database.inTenant(tenantId, async (tx) => {
    if (statement === "request") await sql`delete from request`.execute(tx);
    if (statement === "tenant") await sql`delete from tenant where id = ${tenantId}`.execute(tx);
    const { rows } = await sql<{ requests: number; deadlines: number }>`
      select (select count(*)::int from request) as requests,
        (select count(*)::int from deadline) as deadlines`.execute(tx);
    return rows[0];
  });

test.each(["request", "tenant"] as const)(
  "deadlines are deleted with their %s",
  async (deleted) => {
    const r = await restaurants.open();
    await createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: r.guest(),
      type: "water",
    });
    expect(await after(r, "keep")).toEqual({ requests: 1, deadlines: 3 });
    expect(await after(r, deleted)).toEqual({ requests: 0, deadlines: 0 });
  },
);
