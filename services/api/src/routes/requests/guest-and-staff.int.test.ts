import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as contracts from "@waiter/contracts";
import { createStaff } from "@waiter/database";
import { hashPassword } from "@waiter/auth";
import { waitFor } from "@waiter/testkit";
import { shareApi } from "../../testing/share-api.ts";
import {
  callWaiter,
  createRestaurant,
  internalToken,
  loginAs,
  seatGuest,
  startTestApi,
  type Restaurant,
} from "../../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let owner: string;
let waiter: string;

beforeAll(async () => {
  pizza = await createRestaurant(api, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  owner = await loginAs(api, pizza);
  waiter = await hire(pizza, "walter@example.com");
});

/** Adds a waiter and logs in. */
async function hire(restaurant: Restaurant, email: string): Promise<string> {
  const tenant = await api.context.database.findTenant(restaurant.slug);
  const passwordHash = await hashPassword("walters password");
  await api.context.database.inTenant(tenant?.id ?? "", (tx) =>
    createStaff(tx, { email, name: "Walter", role: "waiter", passwordHash }),
  );
  return loginAs(api, restaurant, { email, password: "walters password" });
}
const staffCall = (
  path: string,
  token = owner,
  body: unknown = {},
  headers: Record<string, string> = {},
) => api.call(pizza.slug, path, { method: "POST", token, body, headers });

describe("a guest", () => {
  test("takes a call back by its key, before and after it arrives", async () => {
    const token = await seatGuest(api, pizza);
    const post = (path: string, body: unknown, key?: string) =>
      api.call(pizza.slug, path, {
        method: "POST",
        token,
        body,
        ...(key !== undefined && { headers: { "idempotency-key": key } }),
      });
    const [sends, withdraws] = ["/api/guest/requests", "/api/guest/requests/withdraw"] as const;
    expect(await post(withdraws, { key: "late" })).toMatchObject({ status: 200, body: {} });
    const late = await post(sends, { type: "water" }, "late");
    expect(late.body).toMatchObject({ code: "idempotency_key_reused" });
    expect((await post(sends, { type: "water" }, "lost")).status).toBe(201);
    expect(await post(withdraws, { key: "lost" })).toMatchObject({
      status: 200,
      body: { request: { type: "water", state: "cancelled" } },
    });
  });

  test("is given all that the page shows, in the shape of the contract", async () => {
    const answer = await api.call(pizza.slug, "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: pizza.tables[0]?.token },
    });
    expect(answer.status).toBe(201);
    expect(contracts.guestSessionAnswer.parse(answer.body)).toMatchObject({
      restaurant: { name: "Trattoria", slug: pizza.slug },
      table: { label: "1" },
      requests: [],
      staffOnline: false,
    });
  });

  test("who shows the token of an earlier session stays the same guest", async () => {
    const guest = await seatGuest(api, pizza);
    const again = await api.call(pizza.slug, "/api/guest/sessions", {
      method: "POST",
      token: guest,
      body: { tableToken: pizza.tables[0]?.token },
    });
    const subject = (token: string): unknown =>
      (
        JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
          sub: unknown;
        }
      ).sub;
    expect(subject(again.body["accessToken"] as string)).toBe(subject(guest));
  });

  test("cannot sit down with a code that no table has", async () => {
    const answer = await api.call(pizza.slug, "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: "nonsense" },
    });
    expect([answer.status, answer.body["code"]]).toEqual([404, "not_found"]);
  });

  test("calls, is claimed, completed, and reopens", async () => {
    const guest = await seatGuest(api, pizza, 1);
    const called = await callWaiter(api, pizza, guest, {
      type: "bill",
      note: "and a card reader",
      payment: "card",
    });
    expect(called).toMatchObject({
      state: "new",
      version: 1,
      note: "and a card reader",
      payment: "card",
    });
    const claimed = await staffCall(`/api/requests/${called.id}/claim`, waiter);
    expect(contracts.requestAnswer.parse(claimed.body).request).toMatchObject({
      state: "claimed",
      claimedBy: { name: "Walter" },
    });
    expect((await staffCall(`/api/requests/${called.id}/claim`, waiter)).status).toBe(200);
    expect((await staffCall(`/api/requests/${called.id}/complete`, waiter)).status).toBe(200);
    const reopened = await api.call(pizza.slug, `/api/guest/requests/${called.id}/reopen`, {
      method: "POST",
      token: guest,
    });
    expect(reopened.body["request"]).toMatchObject({ state: "new" });
    expect(JSON.stringify(reopened.body)).not.toContain("Walter");
    expect(
      (await staffCall(`/api/requests/${called.id}/dismiss`, owner, { reason: "left" })).status,
    ).toBe(200);
  });

  test("takes a call back", async () => {
    const guest = await seatGuest(api, pizza, 2);
    const { id } = await callWaiter(api, pizza, guest);
    const cancelled = await api.call(pizza.slug, `/api/guest/requests/${id}/cancel`, {
      method: "POST",
      token: guest,
    });
    expect([cancelled.status, (cancelled.body["request"] as { state: string }).state]).toEqual([
      200,
      "cancelled",
    ]);
    const list = await api.call(pizza.slug, "/api/guest/requests", { token: guest });
    expect(contracts.guestRequestsAnswer.parse(list.body).requests).toMatchObject([
      { id, state: "cancelled" },
    ]);
  });

  test("needs an Idempotency-Key to call", async () => {
    const guest = await seatGuest(api, pizza);
    const answer = await api.call(pizza.slug, "/api/guest/requests", {
      method: "POST",
      token: guest,
      body: { type: "waiter" },
    });
    expect([answer.status, answer.body["code"]]).toEqual([400, "idempotency_key_missing"]);
  });

  test("a retried call replays its first answer; the key for another call is refused", async () => {
    const guest = await seatGuest(api, pizza, 3);
    const key = randomUUID();
    const first = await callWaiter(api, pizza, guest, { type: "water" }, key);
    await staffCall(`/api/requests/${first.id}/complete`);
    const send = (type: string) =>
      api.call(pizza.slug, "/api/guest/requests", {
        method: "POST",
        token: guest,
        body: { type },
        headers: { "idempotency-key": key },
      });
    const replay = await send("water");
    expect([replay.status, replay.body["request"]]).toEqual([201, first]);
    const other = await send("waiter");
    expect([other.status, other.body["code"]]).toEqual([422, "idempotency_key_reused"]);
  });

  test("20 concurrent identical requests of one table leave one open request", async () => {
    const guest = await seatGuest(api, pizza, 4);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.call(pizza.slug, "/api/guest/requests", {
          method: "POST",
          token: guest,
          body: { type: "waiter" },
          headers: { "idempotency-key": randomUUID() },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(new Set(answers.map(({ body }) => (body["request"] as { id: string }).id)).size).toBe(1);
  });
});

describe("staff", () => {
  test("of 50 concurrent claims by two people one person's win, the other's get a 409 with the request as it is", async () => {
    const guest = await seatGuest(api, pizza, 5);
    const { id } = await callWaiter(api, pizza, guest);
    const tokens = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? owner : waiter));
    const answers = await Promise.all(
      tokens.map(async (token) => ({
        token,
        ...(await staffCall(`/api/requests/${id}/claim`, token)),
      })),
    );
    const winners = new Set(
      answers.filter(({ status }) => status === 200).map(({ token }) => token),
    );
    expect(winners.size).toBe(1);
    const lost = answers.filter(({ token }) => !winners.has(token));
    expect(lost).toHaveLength(25);
    for (const { status, body } of lost) {
      expect([status, body["code"]]).toEqual([409, "conflict"]);
      expect(body["request"]).toMatchObject({ id, state: "claimed", version: 2 });
    }
  });

  test("a stale version is a 409, and a retried command replays even that", async () => {
    const guest = await seatGuest(api, pizza, 6);
    const { id } = await callWaiter(api, pizza, guest);
    const headers = { "idempotency-key": randomUUID() };
    const first = await staffCall(`/api/requests/${id}/complete`, owner, { version: 7 }, headers);
    expect(first.status).toBe(409);
    const replay = await staffCall(`/api/requests/${id}/complete`, owner, { version: 7 }, headers);
    expect([replay.status, replay.body["request"]]).toEqual([409, first.body["request"]]);
  });

  test("enters a request on a guest's behalf", async () => {
    const answer = await staffCall("/api/requests", waiter, {
      tableId: pizza.tables[7]?.id,
      type: "water",
    });
    expect(answer.status).toBe(201);
    expect(contracts.requestAnswer.parse(answer.body).request.createdBy?.name).toBe("Walter");
  });

  test("the board's ETag holds until an event, or until a request is seen", async () => {
    const read = (etag = "") =>
      api.call(pizza.slug, "/api/board", { token: waiter, headers: { "if-none-match": etag } });
    const etagOf = ({ headers }: Awaited<ReturnType<typeof read>>) => headers.get("etag") ?? "";
    const board = await read();
    expect(board.status).toBe(200);
    const again = await read(etagOf(board));
    expect([again.status, again.text, etagOf(again)]).toEqual([304, "", etagOf(board)]);

    const { id } = await callWaiter(api, pizza, await seatGuest(api, pizza, 8));
    const changed = await read(etagOf(board));
    expect(changed.status).toBe(200);
    const { seq, requests } = contracts.boardAnswer.parse(changed.body);
    expect(seq).toBe(contracts.boardAnswer.parse(board.body).seq + 1);
    expect(requests.find((request) => request.id === id)).toMatchObject({ state: "new" });
    expect((await read(etagOf(changed))).status).toBe(304);

    await staffCall("/api/seen", waiter, { seq });
    const seen = await read(etagOf(changed));
    expect(seen.status).toBe(200);
    const after = contracts.boardAnswer.parse(seen.body);
    expect(after.seq).toBe(seq);
    expect(after.requests.find((request) => request.id === id)?.seenAt).toBeDefined();
    expect((await read(etagOf(seen))).status).toBe(304);
  });

  test("reads events oldest first without gaps, else gets a reset", async () => {
    const board = contracts.boardAnswer.parse(
      (await api.call(pizza.slug, "/api/board", { token: waiter })).body,
    );
    const events = await api.call(pizza.slug, `/api/events?since=0&epoch=${board.epoch}`, {
      token: waiter,
    });
    const parsed = contracts.eventsAnswer.parse(events.body);
    expect(parsed.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: board.seq }, (_, index) => index + 1),
    );
    for (const query of [`since=${board.seq + 1}`, `since=0&epoch=${randomUUID()}`]) {
      const reset = await api.call(pizza.slug, `/api/events?${query}`, { token: waiter });
      expect([reset.status, reset.body["code"]]).toEqual([410, "reset_required"]);
    }
  });

  test("a board that polls counts as a screen, and what it shows as seen", async () => {
    const restaurant = await createRestaurant(api);
    const [guest, token] = [await seatGuest(api, restaurant), await loginAs(api, restaurant)];
    const { id } = await callWaiter(api, restaurant, guest);
    const listed = async () =>
      (await api.call(restaurant.slug, "/api/guest/requests", { token: guest })).body as {
        staffOnline: boolean;
        requests: { id: string; seenAt?: string }[];
      };
    expect((await listed()).staffOnline).toBe(false);
    const seen = (body: object, as = token) =>
      api.call(restaurant.slug, "/api/seen", { method: "POST", token: as, body });
    expect((await seen({ seq: 1, visible: true, audible: false, idleS: 3 })).status).toBe(204);
    expect((await seen({ seq: 1 }, guest)).status).toBe(403);
    expect((await seen({ seq: -1 })).status).toBe(422);
    await waitFor(async () => (await listed()).staffOnline, 5_000, "the screen");
    const { requests } = await listed();
    expect(requests.find((request) => request.id === id)?.seenAt).toBeDefined();
  });

  test("a request shown on a staff screen reaches the guest as seen", async () => {
    const guest = await seatGuest(api, pizza, 0);
    const { id } = await callWaiter(api, pizza, guest);
    const board = contracts.boardAnswer.parse(
      (await api.call(pizza.slug, "/api/board", { token: waiter })).body,
    );
    const tenant = (await api.context.database.findTenant(pizza.slug))?.id;
    const seen = await api.call(undefined, "/internal/seen", {
      method: "POST",
      body: { tenant, seq: board.seq },
      headers: { authorization: `Internal ${internalToken}` },
    });
    expect(seen.status).toBe(204);
    const list = await api.call(pizza.slug, "/api/guest/requests", { token: guest });
    expect(
      contracts.guestRequestsAnswer.parse(list.body).requests.find((request) => request.id === id)
        ?.seenAt,
    ).toBeDefined();
    const after = contracts.boardAnswer.parse(
      (await api.call(pizza.slug, "/api/board", { token: waiter })).body,
    );
    expect(after.requests.find((request) => request.id === id)?.seenAt).toBeDefined();
  });

  test("other processes hear of no commit and of nothing seen, and their boards are current all the same", async () => {
    await using other = await startTestApi({
      env: { DATABASE_URL: api.context.config.DATABASE_URL },
    });
    const tenant = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
    const told = jest.spyOn(api.context.redis.client, "publish");
    const shown = async () =>
      contracts.boardAnswer.parse(
        (await other.call(pizza.slug, "/api/board", { token: waiter })).body,
      );
    await shown();

    const { id } = await callWaiter(api, pizza, await seatGuest(api, pizza, 7));
    const board = await shown();
    expect(board.requests.find((request) => request.id === id)).toMatchObject({ state: "new" });
    const seen = {
      method: "POST",
      headers: { authorization: `Internal ${internalToken}` },
      body: { tenant, seq: board.seq },
    };
    expect((await api.call(undefined, "/internal/seen", seen)).status).toBe(204);
    // Commits wake the worker by another channel.
    const invalidate = contracts.channels.invalidate();
    expect(told.mock.calls.filter(([channel]) => channel === invalidate)).toEqual([]);
    const { seq, requests } = await shown();
    expect(seq).toBe(board.seq);
    expect(requests.find((request) => request.id === id)?.seenAt).toBeDefined();
    told.mockRestore();
  });

  test("what is committed is published and leaves the outbox", async () => {
    const tenant = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
    const waiting = () =>
      api.context.database.inTenant(
        tenant,
        async (tx) =>
          (await tx.selectFrom("outbox").select("seq").where("tenant_id", "=", tenant).execute())
            .length,
      );
    await waitFor(async () => (await waiting()) === 0, 10_000, "an empty outbox");
    const [head] = await api.context.database.heads([tenant]);
    expect(
      await api.context.redis.client.hmget(contracts.keys.head(tenant), "epoch", "seq"),
    ).toEqual([head?.epoch, String(head?.seq)]);
  });

  test("tables come page by page, in the owner's order, each once", async () => {
    const labels: string[] = [];
    const sizes: number[] = [];
    for (let next: string | undefined = ""; next !== undefined;) {
      const { body, status } = await api.call(pizza.slug, `/api/tables?limit=4${next}`, {
        token: waiter,
      });
      expect(status).toBe(200);
      const tables = body["tables"] as { label: string }[];
      sizes.push(tables.length);
      labels.push(...tables.map(({ label }) => label));
      next = typeof body["nextCursor"] === "string" ? `&cursor=${body["nextCursor"]}` : undefined;
    }
    expect([labels, sizes]).toEqual([pizza.tables.map(({ label }) => label), [4, 4, 1]]);
    const whole = await api.call(pizza.slug, "/api/tables", { token: waiter });
    expect([(whole.body["tables"] as unknown[]).length, whole.body["nextCursor"]]).toEqual([
      9,
      undefined,
    ]);
    for (const query of ["limit=0", "limit=1001", "cursor=1", "page=2"])
      expect((await api.call(pizza.slug, `/api/tables?${query}`, { token: waiter })).status).toBe(
        422,
      );
    expect(
      (await api.call(pizza.slug, `/api/tables?cursor=${randomUUID()}`, { token: waiter })).status,
    ).toBe(404);
  });

  test("owner reads the codes of tables, prints and rotates them; a waiter does not", async () => {
    const list = await api.call(pizza.slug, "/api/tables", { token: owner });
    const [table] = list.body["tables"] as { id: string; token: string; guestUrl: string }[];
    expect(table?.guestUrl).toBe(`http://${pizza.slug}.localhost:3000/t/${table?.token}`);
    expect(
      JSON.stringify((await api.call(pizza.slug, "/api/tables", { token: waiter })).body),
    ).not.toContain("token");
    const qr = await api.call(pizza.slug, `/api/tables/${table?.id}/qr.svg`, { token: owner });
    expect([qr.status, qr.headers.get("content-type")?.split(";")[0]]).toEqual([
      200,
      "image/svg+xml",
    ]);
    expect(qr.text).toContain("<svg");
    expect(
      (await api.call(pizza.slug, `/api/tables/${table?.id}/qr.svg`, { token: waiter })).status,
    ).toBe(403);
    const rotated = await staffCall(`/api/tables/${table?.id}/rotate-token`);
    expect(rotated.status).toBe(200);
    expect(
      (
        await api.call(pizza.slug, "/api/guest/sessions", {
          method: "POST",
          body: { tableToken: table?.token },
        })
      ).status,
    ).toBe(404);
  });
});
