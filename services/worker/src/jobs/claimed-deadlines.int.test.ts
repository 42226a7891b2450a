/** Deadlines that a worker claimed and did not fire. */
import { expect, test } from "@jest/globals";
import { createRelayDatabase } from "@waiter/database";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { setStage } from "../testing/worker-stage.ts";
import { claimDueDeadlines } from "./claim-due-deadlines.ts";

test("G5: a deadline that a dead worker had claimed fires when its claim ends, however late", async () => {
  await using stage = await setStage({ steps: [60] });
  const requestId = await stage.call();
  await stage.database.inTenant(stage.tenantId, async (tx) => {
    await sql`delete from deadline where kind <> 'escalation'`.execute(tx);
    await sql`update deadline set due_at = now() - interval '10 minutes'`.execute(tx);
  });
  await using relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 1, name: "relay" });
  const claims = claimDueDeadlines(relay.db, { claimMs: 6_000, page: 10 });
  expect((await claims.next()).value).toHaveLength(1);
  await stage.start();
  expect(await stage.history(requestId)).toEqual(["request.created 0"]);
  await waitFor(async () => (await stage.history(requestId)).length > 1, 15_000);
}, 60_000);
