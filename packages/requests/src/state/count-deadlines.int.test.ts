/** Deadlines of commands that wait for the tenant's counter, which another transaction holds. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@waiter/database";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { createRequest, returnRequest, sendCommand } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const slow = "slow";
const limits = { lockMs: 60_000, statementMs: 60_000, idleMs: 60_000, transactionMs: 60_000 };

let database: Database;
afterAll(async () => {
  await database.close();
});
const restaurants = shareRestaurants();
beforeAll(async () => {
  const url = restaurants.urls.appUrl;
  database = createDatabase({ url, max: 1, name: slow, limits, connectTimeoutMs: 60_000 });
});

/** Runs a command that waits for the counter until its transaction is a second old. */
async function delayed<T>({ tenantId }: TestRestaurant, command: () => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined;
  await restaurants.database.inTenant(tenantId, async (tx) => {
    await sql`select from tenant_counter where tenant_id = ${tenantId} for update`.execute(tx);
    running = command();
    await waitFor(() => isWaiting(tenantId), 60_000, "the command to wait for the counter");
  });
  return await (running as Promise<T>);
}

const isWaiting = (tenantId: string) =>
  restaurants.database.inTenant(tenantId, async (tx) => {
    const { rows } = await sql<{ waits: boolean }>`
      select exists (select from pg_stat_activity where datname = current_database()
        and application_name like ${`%${slow}%`} and wait_event_type = 'Lock'
        and clock_timestamp() - xact_start > interval '1 s') as waits`.execute(tx);
    return rows[0]?.waits === true;
  });

/** Each deadline's seconds after the latest event, and those of the round's beginning. */
const afterEvent = (r: TestRestaurant) =>
  restaurants.database.inTenant(r.tenantId, async (tx) => {
    const { rows } = await sql<{ kind: string; level: number; s: number; base: number }>`
      select kind, deadline.level, extract(epoch from due_at - latest.at)::float8 as s,
        extract(epoch from escalates_from - latest.at)::float8 as base
      from deadline join request on request.id = request_id,
        (select at from event order by seq desc limit 1) latest
      order by kind`.execute(tx);
    return {
      base: rows[0]?.base,
      due: Object.fromEntries(rows.map(({ kind, level, s }) => [`${kind} ${level}`, s])),
    };
  });

const fresh = { "ring 0": 0, "escalation 1": 30, "expiry 0": 43_200 };

test("deadlines of a delayed create and reopening count from their events", async () => {
  const r = await restaurants.open();
  const { tenantId } = r;
  const guest = r.guest();
  const create = () => createRequest(database, { tenantId, actor: guest, type: "waiter" });
  const { request } = await delayed(r, create);
  expect(await afterEvent(r)).toEqual({ base: 0, due: fresh });
  const input = { tenantId, requestId: request.id };
  await sendCommand(database, "complete", { ...input, actor: r.anna });
  await delayed(r, () => sendCommand(database, "reopen", { ...input, actor: guest }));
  expect(await afterEvent(r)).toEqual({ base: 0, due: fresh });
});

test("deadlines of a delayed claim, its return and its release count from their events", async () => {
  const r = await restaurants.open();
  const { tenantId } = r;
  const idempotency = { principal: r.anna.id, key: "a-key-of-anna" };
  const { request } = await createRequest(database, { tenantId, actor: r.guest(), type: "waiter" });
  const input = { tenantId, requestId: request.id, actor: r.anna };
  const round = { base: 0, due: { "ring 0": 0, "escalation 1": 30 } };

  await delayed(r, () => sendCommand(database, "claim", { ...input, idempotency }));
  expect((await afterEvent(r)).due).toMatchObject({ "not_done 0": 1_200 });
  await delayed(r, () => sendCommand(database, "release", input));
  expect(await afterEvent(r)).toMatchObject(round);

  await sendCommand(database, "claim", input);
  await restaurants.database.inTenant(tenantId, (tx) =>
    sql`update deadline set due_at = now() where kind = 'not_done'`.execute(tx),
  );
  const returned = await delayed(r, () => returnRequest(database, input));
  expect(returned.status).toBe("done");
  expect(await afterEvent(r)).toMatchObject(round);
});

test("a delayed claim leaves the deadline of the request's expiry alone", async () => {
  const r = await restaurants.open();
  const { tenantId } = r;
  const { request } = await createRequest(database, { tenantId, actor: r.guest(), type: "waiter" });
  const expiry = () =>
    restaurants.database.inTenant(tenantId, (tx) =>
      tx.selectFrom("deadline").select("due_at").where("kind", "=", "expiry").execute(),
    );
  const before = await expiry();
  await delayed(r, () =>
    sendCommand(database, "claim", { tenantId, requestId: request.id, actor: r.anna }),
  );
  expect(await expiry()).toEqual(before);
});
