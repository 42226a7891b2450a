import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createStaffSession } from "@waiter/database";
import { defaultPolicy, effectivePolicy, offsetS } from "@waiter/escalation";
import { endTenantDeliveries, requestRings, saveScreens, takeDeliveries } from "@waiter/ledger";
import { sql } from "kysely";
import {
  createRequest,
  escalateRequest,
  returnRequest,
  ringRequest,
  runCommand,
  sendCommand,
  type GuestMessage,
} from "../index.ts";
import { shareRestaurants } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();
const database = () => restaurants.database;

async function setRestaurant() {
  const r = await restaurants.open();
  const { tenantId } = r;
  const run = (statement: string) =>
    database().inTenant(tenantId, (tx) => sql.raw(statement).execute(tx));
  const call = async () => {
    const guest = r.guest();
    const { request } = await createRequest(database(), { tenantId, actor: guest, type: "water" });
    return { requestId: request.id, guest };
  };
  return {
    ...r,
    run,
    call,
    ring: (requestId: string, live: readonly string[] | null = []) =>
      ringRequest(database(), { tenantId, requestId, live: live && new Set(live) }),
    escalate: (requestId: string, level: number, live: readonly string[] = []) =>
      escalateRequest(database(), { tenantId, requestId, level, live: new Set(live) }),
    send: (requestId: string, verb: "claim" | "release" | "complete" | "undo", actor = r.anna) =>
      sendCommand(database(), verb, { tenantId, requestId, actor }),
    /** A device of a person, with a push subscription. */
    subscribe: async (staffId: string) => {
      const id = randomUUID();
      await database().inTenant(tenantId, async (tx) => {
        await createStaffSession(tx, { id, staffId, tokenHash: id, lifetimeS: 3_600 });
        await tx
          .insertInto("push_subscription")
          .values({
            tenant_id: tenantId,
            staff_id: staffId,
            session_id: id,
            endpoint: `https://push.example/${id}`,
            p256dh: "k",
            auth: "a",
          })
          .execute();
      });
      return id;
    },
    onDuty: (...ids: string[]) =>
      run(`insert into duty (tenant_id, staff_id)
        select '${tenantId}', unnest('{${ids.join()}}'::uuid[])`),
    age: (seconds: number) => run(`update deadline set due_at = due_at - interval '${seconds} s'`),
    rows: async (requestId: string) => {
      const rows = await database().inTenant(tenantId, (tx) =>
        tx
          .selectFrom("delivery")
          .select(["id", "round", "step", "staff_id", "channel", "state", "reason"])
          .where("request_id", "=", requestId)
          .orderBy("round")
          .orderBy("step")
          .orderBy("created_at")
          .execute(),
      );
      const names: Record<string, string> = {
        [r.owner.id]: "owner",
        [r.anna.id]: "anna",
        [r.ben.id]: "ben",
      };
      return rows.map(
        ({ round, step, staff_id, channel, state, reason }) =>
          `${round}.${step} ${names[staff_id ?? ""] ?? "-"} ${channel} ${state}` +
          (reason === null ? "" : ` ${reason}`),
      );
    },
    take: async (requestId: string) => {
      const [row] = await database().inTenant(tenantId, (tx) =>
        tx.selectFrom("delivery").select("id").where("request_id", "=", requestId).execute(),
      );
      return await database().inTenant(tenantId, (tx) =>
        takeDeliveries(tx, [row?.id ?? ""]).then((taken) => taken.get(row?.id ?? "")),
      );
    },
  };
}
const sorted = (rows: readonly string[]) => [...rows].sort();

describe("a step rings exactly the people that the rules name", () => {
  test("a round's first step rings once, however often it is fired", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id, r.ben.id);
    const { requestId } = await r.call();
    const fired = await Promise.all(
      Array.from({ length: 10 }, () => r.ring(requestId, [r.ben.id])),
    );
    expect(fired.filter(({ status }) => status === "done")).toHaveLength(1);
    expect(sorted(await r.rows(requestId))).toEqual(["1.0 anna push due", "1.0 ben socket due"]);
  });

  test("an escalation fires the first step that a lost job left behind", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await r.age(31);
    expect(await r.escalate(requestId, 1)).toMatchObject({ status: "done", next: { level: 2 } });
    expect(await r.rows(requestId)).toEqual([
      "1.0 anna push superseded later_step",
      "1.1 anna push due",
    ]);
    expect(await r.ring(requestId)).toEqual({ status: "stale" });
  });

  test("who comes on duty rings for the present step; who has a row does not ring again", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await r.ring(requestId);
    await r.onDuty(r.ben.id);
    await r.run(`insert into deadline (tenant_id, request_id, kind, level, due_at)
      values ('${r.tenantId}', '${requestId}', 'ring', 0, now())`);
    await r.ring(requestId, [r.ben.id]);
    expect(sorted(await r.rows(requestId))).toEqual(["1.0 anna push due", "1.0 ben socket due"]);
  });

  test("a release, a return and the undo of a claim begin a round; its first step rings again", async () => {
    const r = await setRestaurant();
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    const live = [r.anna.id];
    await r.ring(requestId, live);
    await r.send(requestId, "claim");
    expect(await r.rows(requestId)).toEqual(["1.0 anna socket superseded taken"]);
    const released = await r.send(requestId, "release");
    expect(released).toMatchObject({ ring: { level: 0, round: 2 }, request: { round: 2 } });
    await r.ring(requestId, live);
    await r.send(requestId, "claim");
    await r.send(requestId, "undo");
    await r.ring(requestId, live);
    await r.send(requestId, "claim");
    const input = { tenantId: r.tenantId, requestId };
    expect(await returnRequest(database(), input)).toMatchObject({ status: "early" });
    await r.age(1_201);
    const results = await Promise.all([1, 2, 3].map(() => returnRequest(database(), input)));
    expect(results.map(({ status }) => status).sort()).toEqual(["done", "stale", "stale"]);
    const returned = results.find(({ status }) => status === "done");
    expect(returned).toMatchObject({ ring: { level: 0, round: 4 } });
    const { envelope } = (returned as { event: { envelope: string } }).event;
    expect(JSON.parse(envelope)).toMatchObject({
      type: "request.released",
      data: { cause: "not_done", request: { state: "new", round: 4, level: 0 } },
    });
    await r.ring(requestId, live);
    expect(await r.rows(requestId)).toEqual([
      "1.0 anna socket superseded taken",
      "2.0 anna socket superseded taken",
      "3.0 anna socket superseded taken",
      "4.0 anna socket due",
    ]);
  });

  test("a round keeps the level, and its later steps keep the policy's pauses", async () => {
    const r = await setRestaurant();
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    const live = [r.anna.id];
    await r.age(31);
    await r.escalate(requestId, 1, live);
    await r.send(requestId, "claim");
    const released = await r.send(requestId, "release");
    expect(released).toMatchObject({
      ring: { level: 1, round: 2 },
      escalation: { level: 2, inMs: expect.any(Number) },
    });
    expect(released.escalation?.inMs).toBeGreaterThan(29_000);
    expect(released.escalation?.inMs).toBeLessThanOrEqual(30_000);
  });

  test("a row lives until the next step is due, a last one for 5 minutes", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    const lifetimes = async (): Promise<number[]> => {
      const { rows } = await database().inTenant(r.tenantId, (tx) =>
        sql<{ s: number }>`select round(extract(epoch from expires_at - created_at))::int as s
          from delivery order by created_at`.execute(tx),
      );
      return rows.map(({ s }) => s);
    };
    await r.ring(requestId);
    for (const level of [1, 2, 3, 4, 5]) {
      await r.run("update deadline set due_at = clock_timestamp() where kind = 'escalation'");
      await r.run(`update request set escalates_from = clock_timestamp()
        - make_interval(secs => policy_offset_s(policy, ${level}))`);
      expect(await r.escalate(requestId, level)).toMatchObject({ status: "done" });
    }
    // The created step, two after 30 s, the managers' after 60 s, and its two repeats.
    expect(await lifetimes()).toEqual([30, 30, 60, 60, 60, 300]);
  });

  test("the second channel rings from the managers' step on, also beside phones", async () => {
    const r = await setRestaurant();
    await r.run(`update tenant set second_channel =
      '{"kind": "ntfy", "target": "https://ntfy.example/t"}'`);
    await r.subscribe(r.anna.id);
    await r.subscribe(r.owner.id);
    await r.onDuty(r.anna.id, r.owner.id);
    const { requestId } = await r.call();
    await r.ring(requestId);
    for (const level of [1, 2, 3, 4]) {
      await r.run("update deadline set due_at = clock_timestamp() where kind = 'escalation'");
      expect(await r.escalate(requestId, level)).toMatchObject({ status: "done" });
    }
    const channel = (await r.rows(requestId)).filter((row) => row.includes("ntfy"));
    expect(channel).toEqual(["1.3 - ntfy superseded later_step", "1.4 - ntfy due"]);
  });

  test("a claim of a restaurant whose doneAfterS is 0 never returns", async () => {
    const r = await setRestaurant();
    await r.run(`update tenant set escalation =
      '{"steps": [{"afterS": 0, "to": "everyone"}], "doneAfterS": 0}'`);
    const { requestId } = await r.call();
    await r.send(requestId, "claim");
    const { rows } = await database().inTenant(r.tenantId, (tx) =>
      sql<{ kind: string }>`select kind from deadline`.execute(tx),
    );
    expect(rows).toEqual([{ kind: "expiry" }]);
    expect(await returnRequest(database(), { tenantId: r.tenantId, requestId })).toEqual({
      status: "stale",
    });
  });

  test("an undone cancellation makes the deliveries due again, in the same round", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId, guest } = await r.call();
    await r.ring(requestId);
    const input = { tenantId: r.tenantId, requestId, actor: guest };
    const tries = (count?: number) =>
      database().inTenant(r.tenantId, async (tx) => {
        const ofRequest = sql`where request_id = ${requestId}`;
        if (count !== undefined)
          await sql`update delivery set tries = ${count} ${ofRequest}`.execute(tx);
        const { rows } = await sql<{
          tries: number;
        }>`select tries from delivery ${ofRequest}`.execute(tx);
        return rows.map((row) => row.tries);
      });
    expect(await tries(5)).toEqual([5]);
    await sendCommand(database(), "cancel", input);
    expect(await r.rows(requestId)).toEqual(["1.0 anna push superseded taken"]);
    await runCommand(database(), input, { name: "undo" });
    expect(await r.rows(requestId)).toEqual(["1.0 anna push due"]);
    // The calls that were made before belong to what was undone.
    expect(await tries()).toEqual([0]);
  });
});

describe("no person reachable", () => {
  test("each step follows at once up to the last, which tells the guest", async () => {
    const r = await setRestaurant();
    await r.run(`update tenant set second_channel =
      '{"kind": "ntfy", "target": "https://ntfy.example/t"}'`);
    await r.onDuty(r.anna.id);
    const { requestId, guest } = await r.call();
    expect(await r.ring(requestId)).toMatchObject({ next: { level: 1, inMs: 0 }, send: [] });
    await r.escalate(requestId, 1);
    expect(await r.escalate(requestId, 2)).toMatchObject({ next: { level: 3, inMs: 0 } });
    const last = await r.escalate(requestId, 3);
    expect(last).toMatchObject({ status: "done", send: [{ inMs: 0 }] });
    // A repeat waits for its time: it rings the same people.
    expect((last as { next?: { inMs: number } }).next?.inMs).toBeGreaterThan(0);
    const { guest: told } = (last as { event: { guest?: { payload: string } } }).event;
    expect(JSON.parse(told?.payload ?? "{}")).toMatchObject({ request: { reach: "none" } });
    expect(sorted(await r.rows(requestId))).toEqual([
      "1.0 anna socket unreachable no_device",
      "1.1 anna socket unreachable no_device",
      "1.2 anna socket unreachable no_device",
      "1.3 - ntfy due",
      "1.3 owner socket unreachable no_device",
    ]);
    const claimed = await r.send(requestId, "claim");
    expect(claimed.request).toMatchObject({ state: "claimed", audience: "managers" });
    expect(guest).toBeDefined();
  });

  test("where an earlier step rang a person, an unreached last one does not tell the guest", async () => {
    const r = await setRestaurant();
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await r.ring(requestId, [r.anna.id]);
    await r.age(30);
    for (const level of [1, 2]) await r.escalate(requestId, level);
    const { event } = (await r.escalate(requestId, 3)) as { event: { guest?: GuestMessage } };
    expect(JSON.parse(event.guest?.payload ?? "{}").request).toMatchObject({ level: 3 });
    expect(event.guest?.payload).not.toContain("reach");
  });

  test("a step that reaches one person does not hurry the next", async () => {
    const r = await setRestaurant();
    await r.onDuty(r.anna.id, r.ben.id);
    const { requestId } = await r.call();
    const fired = await r.ring(requestId, [r.ben.id]);
    expect(fired).toEqual({ status: "done", send: [] });
    // Redis does not tell who is connected: that is no proof of absence.
    const other = await setRestaurant();
    const { requestId: unknown } = await other.call();
    expect(await other.ring(unknown, null)).toEqual({ status: "done", send: [] });
  });
});

describe("a first push is withheld", () => {
  const seen = { visible: true, audible: true, idleS: 5 };
  test.each([
    ["never by a screen without an acknowledgement", undefined, "send"],
    ["by a visible, audible screen touched lately", seen, "over"],
    ["never by an untouched screen", { ...seen, idleS: 121 }, "send"],
    ["never by a background tab", { ...seen, visible: false }, "send"],
    ["never by a screen without sound", { ...seen, audible: false }, "send"],
    ["never by a screen that says nothing", {}, "send"],
  ])("%s", async (_name, screen, status) => {
    const r = await setRestaurant();
    const session = await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    const fired = await r.ring(requestId, [r.anna.id]);
    expect(fired).toMatchObject({ send: [{ inMs: expect.any(Number) }] });
    expect(await r.take(requestId)).toMatchObject({ status: "early" });
    if (screen !== undefined)
      await database().inTenant(r.tenantId, (tx) =>
        saveScreens(tx, [{ staff: r.anna.id, session, seq: 1, ...screen }]),
      );
    await r.run("update delivery set due_at = created_at + interval '1 us'");
    expect(await r.take(requestId)).toMatchObject({ status });
    expect(await r.rows(requestId)).toEqual([
      status === "over" ? "1.0 anna socket shown" : "1.0 anna push due",
    ]);
    // Later steps always push.
    await r.age(31);
    await r.escalate(requestId, 1, [r.anna.id]);
    expect((await r.rows(requestId)).at(-1)).toBe("1.1 anna push due");
  });

  test("and a person without a live socket is pushed at once", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await r.ring(requestId, []);
    expect(await r.take(requestId)).toMatchObject({ status: "send" });
  });
});

test("the database and the pure functions agree on policies and offsets", async () => {
  const r = await setRestaurant();
  const seconds = [[], [30, 60, 120], [5], [1, 2, 3, 4, 5]];
  const policies = [defaultPolicy, ...seconds.map((one) => effectivePolicy(null, one))];
  await database().inTenant(r.tenantId, async (tx) => {
    for (const one of seconds) {
      const { rows } = await sql<{ policy: unknown }>`
        select effective_policy(null, ${one}::integer[]) as policy`.execute(tx);
      expect(rows[0]?.policy).toEqual(effectivePolicy(null, one));
    }
    for (const policy of policies) {
      const { rows } = await sql<{ offset: number | null }>`
        select policy_offset_s(${JSON.stringify(policy)}::jsonb, level) as offset
        from generate_series(0, 9) as level`.execute(tx);
      expect(rows.map(({ offset }) => offset)).toEqual(
        Array.from({ length: 10 }, (_, level) => offsetS(policy, level) ?? null),
      );
    }
  });
});

describe("a suspended restaurant", () => {
  const suspend = (tenantId: string, suspended: boolean) =>
    database().inTenant(tenantId, (tx) =>
      tx
        .updateTable("tenant")
        .set({ suspended_at: suspended ? new Date() : null })
        .where("id", "=", tenantId)
        .execute(),
    );

  test("rings no person and no channel; its steps keep their times", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await suspend(r.tenantId, true);
    expect(await r.ring(requestId)).toMatchObject({ status: "done", send: [] });
    expect(await r.rows(requestId)).toEqual(["1.0 - socket unreachable tenant_suspended"]);
    expect(await r.escalate(requestId, 1)).toMatchObject({ status: "early" });
  });

  test("rings the present step once it is resumed", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await suspend(r.tenantId, true);
    await r.ring(requestId);
    await suspend(r.tenantId, false);
    await database().inTenant(r.tenantId, requestRings);
    await r.ring(requestId);
    expect(await r.rows(requestId)).toEqual([
      "1.0 - socket unreachable tenant_suspended",
      "1.0 anna push due",
    ]);
  });

  test("sends no row that was due before", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id);
    const { requestId } = await r.call();
    await r.ring(requestId);
    await suspend(r.tenantId, true);
    expect(await r.take(requestId)).toEqual({ status: "over" });
    expect(await r.rows(requestId)).toEqual(["1.0 anna push superseded tenant_suspended"]);
  });

  test("ends its due rows, which are due again once their step rings after it", async () => {
    const r = await setRestaurant();
    await r.subscribe(r.anna.id);
    await r.onDuty(r.anna.id, r.ben.id);
    const { requestId } = await r.call();
    await r.ring(requestId, [r.ben.id]);
    await suspend(r.tenantId, true);
    expect(await database().inTenant(r.tenantId, endTenantDeliveries)).toBe(2);
    expect(sorted(await r.rows(requestId))).toEqual([
      "1.0 anna push superseded tenant_suspended",
      "1.0 ben socket superseded tenant_suspended",
    ]);
    await suspend(r.tenantId, false);
    await r.run(`delete from duty where staff_id = '${r.ben.id}'`);
    await database().inTenant(r.tenantId, requestRings);
    // Ben went off duty meanwhile.
    expect(await r.ring(requestId)).toMatchObject({ status: "done", send: [{ inMs: 0 }] });
    expect(sorted(await r.rows(requestId))).toEqual([
      "1.0 anna push due",
      "1.0 ben socket superseded tenant_suspended",
    ]);
  });
});
