import { describe, expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { applyCommand } from "../commands/apply-command.ts";
import { createRequest, escalateRequest, expireRequest, readBoard, sendCommand } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

const call = (r: TestRestaurant) =>
  createRequest(restaurants.database, { tenantId: r.tenantId, actor: r.guest(), type: "waiter" });
const escalate = (r: TestRestaurant, requestId: string, level: number) =>
  escalateRequest(restaurants.database, { tenantId: r.tenantId, requestId, level });
/** Lets a request and its deadlines grow older, by Postgres' clock. */
const age = (r: TestRestaurant, seconds: number) =>
  restaurants.database.inTenant(r.tenantId, async (tx) => {
    await sql`update deadline set due_at = due_at - make_interval(secs => ${seconds})`.execute(tx);
    await sql`update request set escalates_from = escalates_from - make_interval(secs =>
      ${seconds})`.execute(tx);
  });
/**
 * Seconds from where the steps count, and from the last change. Never from now: the machine may be
 * slow.
 */
const deadlines = (r: TestRestaurant) =>
  restaurants.database.inTenant(r.tenantId, (tx) =>
    tx
      .selectFrom("deadline")
      .innerJoin("request", "request.id", "deadline.request_id")
      .select(["deadline.kind", "deadline.level"])
      .select(sql<number>`extract(epoch from due_at - escalates_from)::float8`.as("fromBase"))
      .select(sql<number>`extract(epoch from due_at - updated_at)::float8`.as("fromChange"))
      .where("kind", "in", ["escalation", "expiry"])
      .orderBy("kind")
      .execute(),
  );
const setSteps = (r: TestRestaurant, steps: string) =>
  restaurants.database.inTenant(r.tenantId, (tx) =>
    sql`update tenant set escalation_steps = ${steps}`.execute(tx),
  );
/** Transactions of this database that wait for another one. */
const waitingForLocks = async (r: TestRestaurant): Promise<number> => {
  const { rows } = await restaurants.database.inTenant(r.tenantId, (tx) =>
    sql<{ waiting: number }>`select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(tx),
  );
  return rows[0]?.waiting ?? 0;
};
const open = async (r: TestRestaurant) =>
  (await readBoard(restaurants.database, r.tenantId)).requests[0];

describe("G5: every due escalation fires exactly once", () => {
  test("the claim of a fired level does not hold the next one back", async () => {
    const r = await restaurants.open();
    const created = await call(r);
    await age(r, 31);
    const inTenant = <T>(query: ReturnType<typeof sql<T>>) =>
      restaurants.database.inTenant(r.tenantId, (tx) => query.execute(tx));
    await inTenant(sql`update deadline set claimed_until = now() + interval '15 s'`);
    await escalate(r, created.request.id, 1);
    const { rows } = await inTenant(
      sql<{ level: number; held: boolean }>`select level, claimed_until is not null as held
        from deadline where kind = 'escalation'`,
    );
    expect(rows).toEqual([{ level: 2, held: false }]);
  });

  test("a new request is due after 30, 60 and 120 s and expires after 12 h", async () => {
    const r = await restaurants.open();
    const created = await call(r);
    expect(created.escalation).toEqual({ level: 1, inMs: expect.any(Number) });
    expect(created.escalation?.inMs).toBeLessThanOrEqual(30_000);
    expect(await deadlines(r)).toEqual([
      { kind: "escalation", level: 1, fromBase: 30, fromChange: 30 },
      { kind: "expiry", level: 0, fromBase: 43_200, fromChange: 43_200 },
    ]);
    await age(r, 31);
    expect(await escalate(r, created.request.id, 1)).toMatchObject({
      status: "done",
      next: { level: 2 },
    });
    expect(await deadlines(r)).toMatchObject([{ level: 2, fromBase: 60 }, {}]);
    await age(r, 100);
    expect(await escalate(r, created.request.id, 2)).toMatchObject({
      status: "done",
      next: { level: 3, inMs: 0 },
    });
    // The last step is repeated twice, after the pause between the last two.
    for (const [level, next, after] of [
      [3, 4, 180],
      [4, 5, 240],
    ] as const) {
      expect(await escalate(r, created.request.id, level)).toMatchObject({
        status: "done",
        next: { level: next },
      });
      expect(await deadlines(r)).toMatchObject([{ level: next, fromBase: after }, {}]);
      await age(r, 100);
    }
    const last = await escalate(r, created.request.id, 5);
    expect(last).toEqual({ status: "done", event: expect.anything(), send: [] });
    expect(await open(r)).toMatchObject({ level: 5, state: "new", audience: "managers" });
    expect(await deadlines(r)).toMatchObject([{ kind: "expiry" }]);
  });

  test("before it is due nothing happens, whatever the caller's clock says", async () => {
    const r = await restaurants.open();
    await setSteps(r, "{3600,7200}");
    const { request } = await call(r);
    expect(await escalate(r, request.id, 1)).toEqual({ status: "early", inMs: expect.any(Number) });
    expect(await escalate(r, request.id, 2)).toMatchObject({ status: "stale", next: { level: 1 } });
    expect(await open(r)).toMatchObject({ level: 0, version: 1 });
  });

  test("20 concurrent callers raise a level once", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await age(r, 31);
    const results = await Promise.all(Array.from({ length: 20 }, () => escalate(r, request.id, 1)));
    expect(results.filter((it) => it.status === "done")).toHaveLength(1);
    expect(await open(r)).toMatchObject({ level: 1, version: 2 });
  });

  test("an escalation that meets a running release obeys the new deadline", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await age(r, 31);
    const changed = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const release = restaurants.database.inTenant(r.tenantId, async (tx) => {
      await applyCommand(tx, request.id, { command: { name: "claim" }, actor: r.anna });
      await applyCommand(tx, request.id, { command: { name: "release" }, actor: r.anna });
      changed.resolve();
      await end.promise;
    });
    await changed.promise;
    const escalation = escalate(r, request.id, 1);
    await waitFor(async () => (await waitingForLocks(r)) > 0, 60_000);
    end.resolve();
    await release;
    expect(await escalation).toMatchObject({ status: "early" });
    expect(await open(r)).toMatchObject({ level: 0, state: "new" });
  });

  test("a claimed request does not escalate; released, it keeps its level", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await age(r, 40);
    await escalate(r, request.id, 1);
    const input = { tenantId: r.tenantId, requestId: request.id, actor: r.anna };
    await sendCommand(restaurants.database, "claim", input);
    expect(await deadlines(r)).toMatchObject([{ kind: "expiry" }]);
    expect(await escalate(r, request.id, 2)).toEqual({ status: "stale" });
    await age(r, 200);
    const released = await sendCommand(restaurants.database, "release", input);
    expect(released.request).toMatchObject({ state: "new", level: 1 });
    expect(await deadlines(r)).toMatchObject([
      { kind: "escalation", level: 2, fromChange: 30 },
      {},
    ]);
    await age(r, 31);
    await escalate(r, request.id, 2);
    // The level after keeps its distance (120 - 60 s), however long the request was claimed.
    expect(await deadlines(r)).toMatchObject([{ kind: "escalation", level: 3, fromBase: 120 }, {}]);
  });

  test("a changed policy does not touch a running request", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await setSteps(r, "{5}");
    await age(r, 31);
    await escalate(r, request.id, 1);
    expect(await deadlines(r)).toMatchObject([{ level: 2, fromBase: 60 }, {}]);
  });

  test("a reopened request escalates and expires again", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const { request } = await createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: guest,
      type: "waiter",
    });
    await age(r, 500);
    const input = { tenantId: r.tenantId, requestId: request.id };
    await sendCommand(restaurants.database, "complete", { ...input, actor: r.anna });
    expect(await deadlines(r)).toEqual([]);
    await sendCommand(restaurants.database, "reopen", { ...input, actor: guest });
    expect(await deadlines(r)).toEqual([
      { kind: "escalation", level: 1, fromBase: 30, fromChange: 30 },
      { kind: "expiry", level: 0, fromBase: 43_200, fromChange: 43_200 },
    ]);
  });

  test("a restaurant without steps never escalates", async () => {
    const r = await restaurants.open();
    await setSteps(r, "{}");
    expect((await call(r)).escalation).toBeUndefined();
    expect(await deadlines(r)).toMatchObject([{ kind: "expiry" }]);
  });

  test("a forgotten request expires once, claimed or not, and leaves the board", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await sendCommand(restaurants.database, "claim", {
      tenantId: r.tenantId,
      requestId: request.id,
      actor: r.anna,
    });
    const expire = () =>
      expireRequest(restaurants.database, { tenantId: r.tenantId, requestId: request.id });
    expect((await expire()).status).toBe("early");
    await age(r, 50_000);
    const results = await Promise.all([expire(), expire(), expire()]);
    expect(results.map((it) => it.status).sort()).toEqual(["done", "stale", "stale"]);
    expect(await open(r)).toBeUndefined();
    expect(await deadlines(r)).toEqual([]);
  });
});
