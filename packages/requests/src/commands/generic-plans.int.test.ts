/**
 * The plans that Postgres keeps for named statements, for a small tenant and one with 200,000
 * requests.
 */
import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql } from "kysely";
import {
  createRequest,
  escalateRequest,
  readBoard,
  readEvents,
  readGuestRequests,
  ringRequest,
  sendCommand,
} from "../index.ts";
import { shareRestaurants } from "../testing/restaurant.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly Operation?: string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const limits = { lockMs: 60_000, statementMs: 120_000, idleMs: 60_000, transactionMs: 300_000 };

const restaurants = shareRestaurants();

/** Tables of a tenant that row level security must guard in each plan. */
const guarded = new Set(["request", "event", "outbox", "answer", "deadline"]);

test("kept plans of a small and a large tenant use indexes and row level security", async () => {
  const [small, large] = [await restaurants.open(), await restaurants.open()];
  for (const [r, requests] of [
    [small, 10],
    [large, 200_000],
  ] as const) {
    await restaurants.database.inTenant(r.tenantId, (tx) =>
      sql`insert into request (tenant_id, table_id, type, state, guest_session, created_at,
        closed_at)
        select ${r.tenantId}, ${r.guest().tableId}, 'waiter', 'completed', gen_random_uuid(), at, at
        from (select now() - n * interval '1 minute' as at from generate_series(1,
          ${requests}::integer) n) history`.execute(tx),
    );
  }
  await using owner = createDatabase({
    url: restaurants.urls.ownerUrl,
    max: 1,
    name: "owner",
    limits,
  });
  await sql`analyze`.execute(owner.db);

  await using database = createDatabase({
    url: restaurants.urls.appUrl,
    max: 1,
    name: "plans",
    limits,
  });
  for (let round = 0; round < 12; round += 1)
    for (const r of [small, large]) {
      const { tenantId } = r;
      const actor = r.guest();
      const once = () => ({ principal: actor.sessionId, key: randomUUID() });
      const { request } = await createRequest(database, {
        tenantId,
        actor,
        type: "water",
        idempotency: once(),
      });
      await database.inTenant(tenantId, (tx) => readGuestRequests(tx, actor));
      await readBoard(database, tenantId);
      const [head = fail("tenant_unknown")] = await database.heads([tenantId]);
      await readEvents(database, tenantId, head, { since: 0 });
      const fired = { tenantId, requestId: request.id, live: new Set<string>() };
      // No device: the next step is due at once.
      await ringRequest(database, fired);
      expect((await escalateRequest(database, { ...fired, level: 1 })).status).toBe("done");
      await sendCommand(database, "cancel", {
        tenantId,
        actor,
        requestId: request.id,
        idempotency: once(),
      });
    }

  for (const { tenantId } of [small, large]) {
    const plans = await database.inTenant(tenantId, async (tx) => {
      const { rows: statements } = await sql<{ name: string; parameters: number; text: string }>`
        select name, cardinality(parameter_types) as parameters, statement as text
        from pg_prepared_statements where name like 'waiter_%'`.execute(tx);
      await sql`set local plan_cache_mode = force_generic_plan`.execute(tx);
      const explained = [];
      for (const { name, parameters, text } of statements) {
        const values = Array.from({ length: parameters }, () => "null").join(", ");
        const { rows } = await sql<{ "QUERY PLAN": readonly [{ Plan: PlanNode }] }>`${sql.raw(
          `explain (format json, verbose) execute ${name}(${values})`,
        )}`.execute(tx);
        const plan = rows[0]?.["QUERY PLAN"][0].Plan;
        if (plan !== undefined) explained.push({ text, nodes: nodesOf(plan) });
      }
      return explained;
    });
    expect(plans.length).toBeGreaterThanOrEqual(14);
    const nodes = plans.flatMap((plan) => plan.nodes);
    // Most tables are nearly empty here, and a kept plan stays while they grow; one has one row.
    const whole = nodes.filter(
      (node) => node["Node Type"] === "Seq Scan" && node["Relation Name"] !== "log_base",
    );
    expect(whole.map((node) => node["Relation Name"])).toEqual([]);
    const indexes = new Set(nodes.map((node) => node["Index Name"]));
    expect([...indexes]).toEqual(expect.arrayContaining(["request_guest", "request_open"]));
    // The policy is a condition, a filter, or a one-time filter above the scan. No plan shows an
    // insert's check.
    const unguarded = plans.filter(
      ({ nodes: own }) =>
        own.some(
          (node) => guarded.has(node["Relation Name"] ?? "") && node.Operation !== "Insert",
        ) && !own.some((node) => JSON.stringify(node).includes("waiter.tenant_id")),
    );
    expect(unguarded.map(({ text }) => text)).toEqual([]);
  }
});
