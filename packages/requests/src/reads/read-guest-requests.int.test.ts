import { expect, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { sql } from "kysely";
import { createRequest, readGuestRequests, sendCommand } from "../index.ts";
import { selectGuestRequests } from "./read-guest-requests.ts";
import { shareRestaurants } from "../testing/restaurant.ts";

/** A node of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) tells it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Rows Removed by Filter"?: number;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const restaurants = shareRestaurants();

test("a guest reads who comes after a claim alone, by the name for guests", async () => {
  const { database } = restaurants;
  const r = await restaurants.open();
  const guest = r.guest();
  const { tenantId } = r;
  await database.inTenant(tenantId, (tx) =>
    sql`update staff set guest_name = 'Nina' where id = ${r.anna.id}`.execute(tx),
  );
  const { request } = await createRequest(database, { tenantId, actor: guest, type: "bill" });
  const read = () => database.inTenant(tenantId, (tx) => readGuestRequests(tx, guest));
  expect(JSON.stringify(await read())).not.toContain("claimedBy");
  const command = { tenantId, requestId: request.id };
  await sendCommand(database, "claim", { ...command, actor: r.anna });
  const texts = [JSON.stringify(await read())];
  await sendCommand(database, "release", { ...command, actor: r.anna });
  await sendCommand(database, "claim", { ...command, actor: r.ben });
  texts.push(JSON.stringify(await read()));
  expect(texts).toEqual([
    expect.stringMatching(/"claimedBy":\{[^}]*"Nina"/),
    expect.stringMatching(/"claimedBy":\{[^}]*"Ben"/),
  ]);
  expect(texts.join()).not.toContain("Anna");
});

test("a guest's list reads no rows of the table's history", async () => {
  const { database, urls } = restaurants;
  const r = await restaurants.open();
  const guest = r.guest();
  const { tableId } = guest;
  await database.inTenant(r.tenantId, (tx) =>
    sql`insert into request (tenant_id, table_id, type, state, guest_session, created_at, closed_at)
      select ${r.tenantId}, ${tableId}, 'waiter', 'completed', gen_random_uuid(), at, at
      from (select now() - n * interval '1 second' as at from generate_series(1, 20000) n)
        history`.execute(tx),
  );
  await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "owner" });
  await sql`analyze request`.execute(owner.db);
  const { request } = await createRequest(database, {
    tenantId: r.tenantId,
    actor: guest,
    type: "bill",
  });
  await sendCommand(database, "cancel", {
    tenantId: r.tenantId,
    actor: guest,
    requestId: request.id,
  });
  await createRequest(database, { tenantId: r.tenantId, actor: guest, type: "waiter" });

  for (const sessionId of [guest.sessionId, r.guest().sessionId]) {
    const { rows } = await database.inTenant(r.tenantId, (tx) =>
      sql<{
        "QUERY PLAN": [{ Plan: PlanNode }];
      }>`explain (analyze, format json)
        ${selectGuestRequests(r.tenantId, { tableId, sessionId })}`.execute(tx),
    );
    const reads = nodesOf((rows[0] ?? { "QUERY PLAN": [] as never })["QUERY PLAN"][0].Plan).filter(
      (node) =>
        node["Relation Name"] === "request" || node["Index Name"]?.startsWith("request_") === true,
    );
    expect(reads.map((node) => node["Index Name"]).filter((name) => name !== undefined)).toEqual(
      expect.arrayContaining(["request_open", "request_guest"]),
    );
    const touched = reads.reduce(
      (sum, node) =>
        sum + node["Actual Loops"] * (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)),
      0,
    );
    expect(touched).toBeLessThan(20);
    expect(reads.map((node) => node["Node Type"])).not.toContain("Seq Scan");
  }
  const shown = await database.inTenant(r.tenantId, (tx) => readGuestRequests(tx, guest));
  expect(shown.map(({ type, state }) => [type, state])).toEqual([
    ["waiter", "new"],
    ["bill", "cancelled"],
  ]);
});
