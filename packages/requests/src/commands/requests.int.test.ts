import { describe, expect, test } from "@jest/globals";
import { guestRequest, request as requestShape } from "@waiter/contracts";
import { randomUUID } from "node:crypto";
import { appendEvent } from "@waiter/events";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { applyCommand } from "./apply-command.ts";
import type { StaffActor } from "../actor.ts";
import { requestEvent } from "../state/request-event.ts";
import { createRequest, markSeen, readBoard, readGuestRequests, sendCommand } from "../index.ts";
import { findRequest } from "../state/find-request.ts";
import { toGuestRequest, toRequest } from "../state/request-row.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

const call = (
  r: TestRestaurant,
  actor = r.guest(),
  more: { type?: string; note?: string; key?: string } = {},
) =>
  createRequest(restaurants.database, {
    tenantId: r.tenantId,
    actor,
    type: more.type ?? "waiter",
    note: more.note,
    idempotency: more.key === undefined ? undefined : { principal: actor.sessionId, key: more.key },
  });
/** A statement that closes a request waits for a lock. */
const isBlocked = async (): Promise<boolean> => {
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%dropped as%'`.execute(
    restaurants.database.db,
  );
  return rows.length > 0;
};
const eventsOf = (r: TestRestaurant) =>
  restaurants.database.inTenant(r.tenantId, (tx) =>
    tx
      .selectFrom("event")
      .select(["seq", "type", "request_id", "envelope"])
      .orderBy("seq")
      .execute(),
  );

describe("calling", () => {
  test("20 concurrent identical calls from one table leave one open request and one event", async () => {
    const r = await restaurants.open();
    const results = await Promise.all(Array.from({ length: 20 }, () => call(r)));
    expect(results.map((it) => it.answer.status).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(19).fill(200),
      201,
    ]);
    expect(new Set(results.map((it) => it.request.id)).size).toBe(1);
    expect((await readBoard(restaurants.database, r.tenantId)).requests).toHaveLength(1);
    expect((await eventsOf(r)).map((it) => it.type)).toEqual(["request.created"]);
  });

  test("a screen that names a person of another restaurant gets a validation error", async () => {
    const [r, other] = [await restaurants.open(), await restaurants.open()];
    const create = (person: StaffActor) =>
      createRequest(restaurants.database, {
        tenantId: r.tenantId,
        actor: { ...person, screen: { id: r.owner.id, name: "Bar" } },
        tableId: r.tables[0]?.id,
        type: "waiter",
      });
    await expect(create(other.anna)).rejects.toMatchObject({
      code: "validation_failed",
      extra: { errors: [{ path: "as" }] },
    });
    expect((await create(r.anna)).request).toMatchObject({ createdBy: { id: r.anna.id } });
  });

  test("a retried POST gets its first answer after the request was closed", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const first = await call(r, guest, { key: "k1" });
    await sendCommand(restaurants.database, "cancel", {
      tenantId: r.tenantId,
      actor: guest,
      requestId: first.request.id,
    });
    const again = await call(r, guest, { key: "k1" });
    expect(again).toMatchObject({ replayed: true, answer: first.answer });
    expect(again.event).toBeUndefined();
  });

  test("20 concurrent calls with one key all get the same first answer", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => call(r, guest, { key: "k" })),
    );
    expect(new Set(results.map((it) => JSON.stringify(it.answer))).size).toBe(1);
    expect(results[0]?.answer.status).toBe(201);
    expect(results.filter((it) => it.event !== undefined)).toHaveLength(1);
  });

  test("a key used for another body is refused, and another principal's same key is not", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    await call(r, guest, { key: "k" });
    await expect(call(r, guest, { key: "k", note: "other" })).rejects.toMatchObject({
      code: "idempotency_key_reused",
    });
    expect((await call(r, r.guest(1), { key: "k" })).answer.status).toBe(201);
  });

  test("Postgres refuses a request in an unknown state", async () => {
    const r = await restaurants.open();
    await call(r);
    await expect(
      restaurants.database.inTenant(r.tenantId, (tx) =>
        sql`update request set state = 'waiting'`.execute(tx),
      ),
    ).rejects.toMatchObject({ constraint: "request_state_check" });
  });

  test("unknown types, payments that are not asked for and unknown tables are refused", async () => {
    const r = await restaurants.open();
    await expect(call(r, r.guest(), { type: "champagne" })).rejects.toMatchObject({
      code: "validation_failed",
      extra: { errors: [{ path: "type" }] },
    });
    const paying = createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: r.guest(),
      type: "water",
      payment: "card",
    });
    await expect(paying).rejects.toMatchObject({
      code: "validation_failed",
      extra: { errors: [{ path: "payment" }] },
    });
    await expect(call(r, { ...r.guest(), tableId: randomUUID() })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await eventsOf(r)).toEqual([]);
  });

  test("staff call on a guest's behalf", async () => {
    const r = await restaurants.open();
    const { request, answer } = await createRequest(restaurants.database, {
      tenantId: r.tenantId,
      actor: r.anna,
      type: "bill",
      payment: "card",
      tableId: r.tables[2]?.id,
    });
    expect(answer.status).toBe(201);
    expect(request).toMatchObject({
      table: { label: "3" },
      payment: "card",
      createdBy: { id: r.anna.id, name: "Anna" },
    });
  });

  test("a created request is answered as it is read, ids in any case", async () => {
    const r = await restaurants.open();
    const { tenantId } = r;
    const guest = r.guest();
    const sent = [
      await createRequest(restaurants.database, {
        tenantId,
        actor: { ...r.anna, id: r.anna.id.toUpperCase() },
        type: "bill",
        payment: "card",
        tableId: r.tables[2]?.id.toUpperCase(),
      }),
      await createRequest(restaurants.database, {
        tenantId,
        actor: guest,
        type: "water",
        note: "still",
      }),
    ];
    const read = await restaurants.database.inTenant(tenantId, (tx) =>
      Promise.all(sent.map(({ request }) => findRequest(tx, request.id))),
    );
    expect(sent.map(({ request }) => request)).toEqual([
      read[0] && toRequest(read[0]),
      read[1] && toGuestRequest(read[1], guest.sessionId),
    ]);
  });
});

describe("answering", () => {
  test("50 concurrent claims by two people: one wins, all of the other's get 409 with the current request", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    const claims = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const actor = index % 2 === 0 ? r.anna : r.ben;
        const { answer } = await sendCommand(restaurants.database, "claim", {
          tenantId: r.tenantId,
          actor,
          requestId: request.id,
        });
        return { actor, answer };
      }),
    );
    const winner = claims.find((it) => it.answer.status === 200)?.actor;
    for (const { actor, answer } of claims) {
      expect(answer.status).toBe(actor === winner ? 200 : 409);
      expect(answer.body.request).toMatchObject({
        state: "claimed",
        version: 2,
        claimedBy: { id: winner?.id },
      });
      expect(answer.body.request.claimedBy?.name).toMatch(/^(Anna|Ben)$/);
    }
    expect((await eventsOf(r)).map((it) => it.type)).toEqual([
      "request.created",
      "request.claimed",
    ]);
  });

  test.each(["with a key", "without a key"])(
    "a cancellation that a claim overtakes decides once more, %s",
    async (kind) => {
      const r = await restaurants.open();
      const actor = r.guest();
      const { request } = await call(r, actor);
      const { tenantId } = r;
      let cancelling: ReturnType<typeof cancel> | undefined;
      const cancel = () =>
        sendCommand(restaurants.database, "cancel", {
          tenantId,
          actor,
          requestId: request.id,
          ...(kind === "with a key" && { idempotency: { principal: actor.sessionId, key: "k" } }),
        });
      await restaurants.database.inTenant(tenantId, async (tx) => {
        const { row } = await applyCommand(tx, request.id, {
          command: { name: "claim" },
          actor: r.anna,
        });
        cancelling = cancel();
        await waitFor(() => isBlocked(), 60_000);
        await appendEvent(tx, requestEvent({ tenantId, actor: r.anna }, "request.claimed", row));
      });
      const { answer, event } = await (cancelling ?? cancel());
      expect(answer).toMatchObject({ status: 200, body: { request: { version: 3 } } });
      expect(event?.seq).toBe(3);
      expect((await eventsOf(r)).map((it) => it.type)).toEqual([
        "request.created",
        "request.claimed",
        "request.cancelled",
      ]);
    },
  );

  test("a closing that waits for a delivery holds no lock that other tables wait for", async () => {
    const r = await restaurants.open();
    const actor = r.guest();
    const { tenantId } = r;
    const { request } = await call(r, actor);
    await restaurants.database.inTenant(tenantId, (tx) =>
      sql`insert into delivery (tenant_id, request_id, round, step, channel, expires_at)
        values (${tenantId}, ${request.id}, 1, 0, 'ntfy', now() + interval '1 h')`.execute(tx),
    );
    let cancelling: Promise<unknown> | undefined;
    await restaurants.database.inTenant(tenantId, async (tx) => {
      await sql`select from delivery where tenant_id = ${tenantId} for no key update`.execute(tx);
      cancelling = sendCommand(restaurants.database, "cancel", {
        tenantId,
        actor,
        requestId: request.id,
      });
      await waitFor(() => isBlocked(), 60_000);
      const other = await call(r, r.guest(1));
      expect(other.answer.status).toBe(201);
    });
    await cancelling;
    expect((await eventsOf(r)).map((it) => it.type)).toEqual([
      "request.created",
      "request.created",
      "request.cancelled",
    ]);
  });

  test("a lost command replays its 409, though it would win by now", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    const claim = (actor = r.anna, key?: string) =>
      sendCommand(restaurants.database, "claim", {
        tenantId: r.tenantId,
        actor,
        requestId: request.id,
        idempotency: key === undefined ? undefined : { principal: actor.id, key },
      });
    await claim();
    const lost = await claim(r.ben, "k");
    expect(lost.answer.status).toBe(409);
    await sendCommand(restaurants.database, "release", {
      tenantId: r.tenantId,
      actor: r.anna,
      requestId: request.id,
    });
    expect(await claim(r.ben, "k")).toMatchObject({ replayed: true, answer: lost.answer });
  });

  test("a stale version is a 409 with the current request", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    await sendCommand(restaurants.database, "claim", {
      tenantId: r.tenantId,
      actor: r.anna,
      requestId: request.id,
      version: 1,
    });
    const stale = await sendCommand(restaurants.database, "complete", {
      tenantId: r.tenantId,
      actor: r.anna,
      requestId: request.id,
      version: 1,
    });
    expect(stale.answer).toMatchObject({
      status: 409,
      body: { request: { version: 2, state: "claimed" } },
    });
  });

  test("a colleague's request is the manager's to complete, not a waiter's", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    const input = { tenantId: r.tenantId, requestId: request.id };
    await sendCommand(restaurants.database, "claim", { ...input, actor: r.anna });
    expect(
      (await sendCommand(restaurants.database, "complete", { ...input, actor: r.ben })).answer
        .status,
    ).toBe(409);
    const done = await sendCommand(restaurants.database, "complete", { ...input, actor: r.owner });
    expect(done.request).toMatchObject({ state: "completed", claimedBy: { name: "Anna" } });
    expect(done.request.closedAt).toBeDefined();
  });

  test("an unknown id, another tenant's and another table's are not found alike", async () => {
    const [r, other] = [await restaurants.open(), await restaurants.open()];
    const { request } = await call(r);
    const claim = (tenantId: string, requestId: string) =>
      sendCommand(restaurants.database, "claim", { tenantId, actor: r.anna, requestId });
    await expect(claim(r.tenantId, randomUUID())).rejects.toMatchObject({ code: "not_found" });
    await expect(claim(other.tenantId, request.id)).rejects.toMatchObject({ code: "not_found" });
    const cancel = sendCommand(restaurants.database, "cancel", {
      tenantId: r.tenantId,
      actor: r.guest(1),
      requestId: request.id,
    });
    await expect(cancel).rejects.toMatchObject({ code: "not_found" });
  });

  test("a guest reopens what was not done after all, unless the table has called again", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const { request } = await call(r, guest);
    const input = { tenantId: r.tenantId, requestId: request.id };
    await sendCommand(restaurants.database, "complete", { ...input, actor: r.anna });
    const reopened = await sendCommand(restaurants.database, "reopen", { ...input, actor: guest });
    expect(reopened.request).toMatchObject({ state: "new", level: 0, version: 3 });
    expect(reopened.request.claimedBy).toBeUndefined();
    await sendCommand(restaurants.database, "complete", { ...input, actor: r.anna });
    const { request: next } = await call(r, guest);
    expect(
      await sendCommand(restaurants.database, "reopen", { ...input, actor: guest }),
    ).toMatchObject({
      answer: { status: 409 },
      request: { id: next.id },
    });
  });
});

describe("what guests see", () => {
  test("no staff ids, no reason, and a note only the session that wrote it; the room's payload carries none", async () => {
    const r = await restaurants.open();
    const [guest, friend] = [r.guest(), r.guest()];
    const { request, event } = await call(r, guest, { note: "a secret" });
    expect(request.note).toBe("a secret");
    expect((await call(r, friend)).request.note).toBeUndefined();
    expect(event?.envelope).toContain("a secret");
    const input = { tenantId: r.tenantId, requestId: request.id };
    const claimed = await sendCommand(restaurants.database, "claim", { ...input, actor: r.anna });
    const dismissed = await sendCommand(restaurants.database, "dismiss", {
      ...input,
      actor: r.anna,
      reason: "rude",
    });
    for (const it of [event, claimed.event, dismissed.event]) {
      expect(it?.guest?.tableId).toBe(guest.tableId);
      expect(it?.guest?.payload).not.toMatch(new RegExp(`a secret|rude|${r.anna.id}`));
    }
    expect(claimed.event?.guest?.payload).toContain('"claimedBy":{"name":"Anna"}');
    const listed = await restaurants.database.inTenant(r.tenantId, (tx) =>
      readGuestRequests(tx, guest),
    );
    expect(listed).toEqual([
      expect.objectContaining({ id: request.id, note: "a secret", state: "dismissed" }),
    ]);
    expect(JSON.stringify(listed)).not.toMatch(new RegExp(`rude|${r.anna.id}`));
    expect(
      await restaurants.database.inTenant(r.tenantId, (tx) => readGuestRequests(tx, friend)),
    ).toEqual([]);
    guestRequest.strict().parse(listed[0]);
    requestShape.strict().parse(dismissed.request);
  });

  test("a request counts as seen when a screen shows its event", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const { request, event } = await call(r, guest);
    const seq = event?.seq ?? 0;
    expect(await markSeen(restaurants.database, r.tenantId, seq - 1)).toEqual([]);
    const [message] = await markSeen(restaurants.database, r.tenantId, seq);
    expect(JSON.parse(message?.payload ?? "")).toMatchObject({
      request: { id: request.id, version: 1, seenAt: expect.any(String) },
    });
    expect(await markSeen(restaurants.database, r.tenantId, seq)).toEqual([]);
    const input = { tenantId: r.tenantId, requestId: request.id };
    await sendCommand(restaurants.database, "complete", { ...input, actor: r.anna });
    await sendCommand(restaurants.database, "reopen", { ...input, actor: guest });
    expect(await markSeen(restaurants.database, r.tenantId, seq)).toEqual([]);
    expect(await markSeen(restaurants.database, r.tenantId, seq + 2)).toHaveLength(1);
  });

  test("has reached a person once a staff screen shows it", async () => {
    const r = await restaurants.open();
    const { request, event } = await call(r);
    await restaurants.database.inTenant(r.tenantId, (tx) =>
      tx
        .updateTable("request")
        .set({ unreached_at: new Date() })
        .where("id", "=", request.id)
        .execute(),
    );
    const read = () =>
      restaurants.database.inTenant(r.tenantId, (tx) => readGuestRequests(tx, r.guest()));
    expect(await read()).toMatchObject([{ reach: "none" }]);
    const [message] = await markSeen(restaurants.database, r.tenantId, event?.seq ?? 0);
    const { request: shown } = JSON.parse(message?.payload ?? "") as { request: object };
    expect(shown).toHaveProperty("seenAt");
    expect(shown).not.toHaveProperty("reach");
  });
});
