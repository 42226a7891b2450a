import { describe, expect, test } from "@jest/globals";
import { bumpEpoch, createDatabase } from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql } from "kysely";
import { createRequest, purgeAnswers, readBoard, readEvents, sendCommand } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

const call = (r: TestRestaurant, n = 0) =>
  createRequest(restaurants.database, { tenantId: r.tenantId, actor: r.guest(n), type: "waiter" });
const read = async ({ tenantId }: TestRestaurant, query: Parameters<typeof readEvents>[3]) => {
  const [head = fail("tenant_unknown")] = await restaurants.database.heads([tenantId]);
  return readEvents(restaurants.database, tenantId, head, query);
};

/** Holds the lock on a tenant's counter in a connection of its own while `fn` runs. */
async function whileCounterIsLocked(r: TestRestaurant, fn: () => Promise<void>): Promise<void> {
  await using other = createDatabase({ url: restaurants.urls.appUrl, max: 1, name: "other" });
  await other.inTenant(r.tenantId, async (tx) => {
    await sql`select from tenant_counter for update`.execute(tx);
    await fn();
  });
}

describe("the write transaction", () => {
  test("G1: when a command has answered, another connection reads the change and its event", async () => {
    const r = await restaurants.open();
    const { request, event } = await call(r);
    await using other = createDatabase({ url: restaurants.urls.appUrl, max: 1, name: "other" });
    const rows = await other.inTenant(r.tenantId, (tx) =>
      tx.selectFrom("event").select("envelope").execute(),
    );
    expect(rows).toEqual([{ envelope: event?.envelope }]);
    expect(JSON.parse(event?.envelope ?? "")).toMatchObject({
      seq: 1,
      type: "request.created",
      data: { request: { id: request.id } },
    });
  });

  test("losers do not lock the counter: they are answered while another transaction holds it", async () => {
    const r = await restaurants.open();
    const { request } = await call(r);
    const input = { tenantId: r.tenantId, requestId: request.id };
    await sendCommand(restaurants.database, "claim", { ...input, actor: r.anna });
    await whileCounterIsLocked(r, async () => {
      expect(
        (await sendCommand(restaurants.database, "claim", { ...input, actor: r.ben })).answer
          .status,
      ).toBe(409);
      expect(
        (await sendCommand(restaurants.database, "claim", { ...input, actor: r.anna })).answer
          .status,
      ).toBe(200);
      expect((await call(r)).answer.status).toBe(200);
    });
  });

  test("seq has no gaps whatever 50 concurrent commands win, lose or repeat", async () => {
    const r = await restaurants.open();
    const calls = await Promise.all([0, 1, 2, 3].map((n) => call(r, n)));
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const input = {
          tenantId: r.tenantId,
          requestId: calls[index % 4]?.request.id ?? "",
          actor: index % 3 === 0 ? r.anna : r.ben,
        };
        return index % 5 < 3
          ? sendCommand(restaurants.database, "claim", input)
          : sendCommand(restaurants.database, "release", input);
      }),
    );
    const result = await read(r, { since: 0 });
    if (result.status !== "ok") throw new Error(result.status);
    expect(result.events.map((it) => (JSON.parse(it) as { seq: number }).seq)).toEqual(
      Array.from({ length: result.head }, (_, index) => index + 1),
    );
    // Replayed over nothing, the events give the board.
    const replayed = new Map(
      result.events
        .map((it) => (JSON.parse(it) as { data: { request: { id: string } } }).data.request)
        .map((it) => [it.id, it]),
    );
    const board = await readBoard(restaurants.database, r.tenantId);
    expect(board.seq).toBe(result.head);
    expect(board.requests).toEqual(board.requests.map((it) => replayed.get(it.id)));
  });
});

describe("reading the log", () => {
  test("events that came after the given head are left to the next reading", async () => {
    const r = await restaurants.open();
    const { event } = await call(r);
    const [head = fail("tenant_unknown")] = await restaurants.database.heads([r.tenantId]);
    await call(r, 1);
    const readAt = (since: number) => readEvents(restaurants.database, r.tenantId, head, { since });
    expect(await readAt(0)).toMatchObject({ status: "ok", head: 1, events: [event?.envelope] });
    expect(await readAt(1)).toMatchObject({ status: "ok", head: 1, events: [] });
    expect(await readAt(2)).toMatchObject({ status: "reset", head: 1 });
  });

  test("gives exactly what follows, page by page, as the bytes that were delivered", async () => {
    const r = await restaurants.open();
    const events = [];
    for (const n of [0, 1, 2]) events.push((await call(r, n)).event);
    expect(await read(r, { since: 1 })).toEqual({
      status: "ok",
      epoch: events[0]?.epoch,
      head: 3,
      events: events.slice(1).map((it) => it?.envelope),
    });
    expect(await read(r, { since: 0, limit: 2, epoch: events[0]?.epoch })).toMatchObject({
      head: 3,
      events: [events[0]?.envelope, events[1]?.envelope],
    });
    expect(await read(r, { since: 3 })).toMatchObject({ status: "ok", events: [] });
  });

  test("a page ends after 1 MB, and the next one begins there", async () => {
    const r = await restaurants.open();
    for (const n of [0, 1, 2, 3]) await call(r, n);
    await using owner = createDatabase({ url: restaurants.urls.ownerUrl, max: 1, name: "owner" });
    await owner.inTenant(r.tenantId, (tx) =>
      sql`update event set envelope = rpad(envelope, 600000) where seq < 4`.execute(tx),
    );
    const pages = [];
    for (const since of [0, 2]) {
      const page = await read(r, { since });
      if (page.status !== "ok") throw new Error(page.status);
      pages.push(page.events.map((it) => (JSON.parse(it) as { seq: number }).seq));
    }
    expect(pages).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("an impossible position is a reset", async () => {
    const r = await restaurants.open();
    const { event } = await call(r);
    await call(r, 1);
    expect(await read(r, { since: 3 })).toMatchObject({ status: "reset", head: 2 });
    expect(await read(r, { since: 0, epoch: r.tenantId })).toMatchObject({
      status: "reset",
      epoch: event?.epoch,
    });
    await using owner = createDatabase({ url: restaurants.urls.ownerUrl, max: 1, name: "owner" });
    await owner.inTenant(r.tenantId, (tx) => tx.deleteFrom("event").where("seq", "=", 1).execute());
    expect(await read(r, { since: 0 })).toMatchObject({ status: "reset" });
    expect(await read(r, { since: 1 })).toMatchObject({ status: "ok" });
  });

  test("a bumped epoch resets every reader and keeps counting", async () => {
    const r = await restaurants.open();
    const { event } = await call(r);
    const [head] = await bumpEpoch(restaurants.database, r.tenantId);
    expect(head).toMatchObject({ tenantId: r.tenantId, seq: 1 });
    expect(head?.epoch).not.toBe(event?.epoch);
    expect((await read(r, { since: 0, epoch: event?.epoch })).status).toBe("reset");
    expect((await read(r, { since: 0 })).status).toBe("reset");
    expect((await call(r, 1)).event).toMatchObject({ seq: 2, epoch: head?.epoch });
    const all = await bumpEpoch(restaurants.database);
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all.map((it) => it.epoch)).size).toBe(all.length);
  });

  test("stored answers are forgotten after a day, not before", async () => {
    const r = await restaurants.open();
    const guest = r.guest();
    const again = () =>
      createRequest(restaurants.database, {
        tenantId: r.tenantId,
        actor: guest,
        type: "water",
        idempotency: { principal: guest.sessionId, key: "k" },
      });
    const purge = (atMost: number) =>
      restaurants.database.inTenant(r.tenantId, (tx) => purgeAnswers(tx, { atMost }));
    const first = await again();
    expect(await purge(10)).toBe(0);
    expect((await again()).replayed).toBe(true);
    await restaurants.database.inTenant(r.tenantId, (tx) =>
      sql`update answer set created_at = now() - interval '25 hours'`.execute(tx),
    );
    expect([await purge(0), await purge(10)]).toEqual([0, 1]);
    await sendCommand(restaurants.database, "cancel", {
      tenantId: r.tenantId,
      actor: guest,
      requestId: first.request.id,
    });
    expect(await again()).toMatchObject({ replayed: false, answer: { status: 201 } });
  });
});
