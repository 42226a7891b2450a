import { beforeAll, describe, expect, it } from "@jest/globals";
import type { InvitationAnswer, LoginAnswer } from "@waiter/contracts";
import { shareApi } from "../testing/share-api.ts";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  platformToken,
  seatGuest,
  type Restaurant,
} from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let owner: string;
beforeAll(async () => {
  pizza = await createRestaurant(api);
  owner = await loginAs(api, pizza);
});

const send = (method: string, path: string, body: unknown, token: string | undefined = owner) =>
  api.call(pizza.slug, path, { method, body, ...(token !== undefined && { token }) });
const read = (path: string, token = owner) => api.call(pizza.slug, path, { token });
const idOf = (answer: { body: Record<string, unknown> }, name: string): string =>
  (answer.body[name] as { id: string }).id;

/** Adds a person and joins a device as them. */
async function hire(role: string, name = "Anna Alvarez") {
  const id = idOf(await send("POST", "/api/staff", { name, role }), "staff");
  const invited = await send("POST", `/api/staff/${id}/invitation`, {});
  const { url } = invited.body as InvitationAnswer;
  const invitation = new URL(url).hash.slice(1);
  const joined = await api.call(pizza.slug, "/api/auth/join", {
    method: "POST",
    body: { invitation, refresh: "body" },
  });
  if (joined.status !== 200) throw new Error(joined.text);
  const { accessToken, refreshToken } = joined.body as unknown as LoginAnswer;
  return { id, token: accessToken, refreshToken, invitation };
}

describe("from nothing to the first answered request", () => {
  it("needs neither e-mail address nor password", async () => {
    const slug = `o${Date.now().toString(36)}`;
    const made = await api.call(undefined, "/api/platform/tenants", {
      method: "POST",
      token: platformToken,
      body: { slug, name: "Osteria", owner: { name: "Olga" } },
    });
    expect(made.status).toBe(201);
    const { url } = made.body["invitation"] as InvitationAnswer;
    expect(url).toMatch(new RegExp(`^http://${slug}\\.localhost:3000/join#[\\w-]{43}$`));
    const invitation = new URL(url).hash.slice(1);
    const call = (path: string, body: unknown, token?: string) =>
      api.call(slug, path, { method: "POST", body, ...(token !== undefined && { token }) });
    expect((await call("/api/auth/invitation", { invitation })).body).toEqual({
      restaurant: "Osteria",
      name: "Olga",
      role: "owner",
    });
    const joined = await call("/api/auth/join", { invitation });
    const token = joined.body["accessToken"] as string;
    expect(joined.headers.get("set-cookie")).toContain("waiter_refresh=");
    const labels = Array.from({ length: 12 }, (_, index) => `${index + 1}`);
    const tables = await call("/api/tables", { labels }, token);
    const [first] = tables.body["tables"] as { token: string; guestUrl: string }[];
    expect(tables.body["tables"]).toHaveLength(12);
    expect(first?.guestUrl).toContain(`/t/${first?.token}`);
    const restaurant = { slug, tables: tables.body["tables"], owner: {} } as Restaurant;
    const guest = await seatGuest(api, restaurant);
    const { id } = await callWaiter(api, restaurant, guest);
    const claimed = await call(`/api/requests/${id}/claim`, {}, token);
    expect(claimed.body["request"]).toMatchObject({
      state: "claimed",
      claimedBy: { name: "Olga" },
    });
  });
});

describe("managing", () => {
  it("answers each change with the object and shows it on the board", async () => {
    const zone = await send("POST", "/api/zones", { name: "Terrace" });
    expect(zone).toMatchObject({ status: 201, body: { zone: { name: "Terrace", version: 1 } } });
    const zoneId = idOf(zone, "zone");
    const made = await send("POST", "/api/tables", { label: "T1", zoneId });
    const [table] = made.body["tables"] as { id: string; version: number }[];
    const patched = await send("PATCH", `/api/tables/${table?.id}`, { label: "T2", version: 1 });
    expect(patched.body["table"]).toMatchObject({
      label: "T2",
      zone: "Terrace",
      zoneId,
      version: 2,
    });
    const stale = await send("PATCH", `/api/tables/${table?.id}`, { label: "T3", version: 1 });
    expect(stale).toMatchObject({
      status: 409,
      body: { code: "conflict", table: { label: "T2" } },
    });
    const board = await read("/api/board");
    expect(board.body["tables"]).toContainEqual(patched.body["table"]);
    expect(board.body["zones"]).toEqual([{ id: zoneId, name: "Terrace", version: 1 }]);
    expect((await send("DELETE", `/api/zones/${zoneId}`, undefined)).body["code"]).toBe("in_use");
    expect((await send("DELETE", `/api/zones/${zoneId}?tables=unzone`, undefined)).status).toBe(
      204,
    );
  });

  it("names the labels that are taken, and makes no table", async () => {
    const answer = await send("POST", "/api/tables", { labels: ["90", "1"] });
    expect(answer).toMatchObject({ status: 409, body: { code: "label_taken", labels: ["1"] } });
    expect((await read("/api/tables")).text).not.toContain('"90"');
  });

  it("offers guests a new request type, in the owner's order", async () => {
    const type = { label: "High chair", icon: "🪑", translations: { de: "Kinderstuhl" } };
    const made = await send("POST", "/api/request-types", type);
    expect(made.body["requestType"]).toMatchObject({ key: "high-chair", ...type });
    const list = await read("/api/request-types");
    const keys = (list.body["requestTypes"] as { key: string }[]).map(({ key }) => key);
    const order = [...keys.slice(-1), ...keys.slice(0, -1)];
    const put = { keys: order, version: list.body["version"] };
    expect((await send("PUT", "/api/request-types/order", put)).status).toBe(200);
    const seated = await send("POST", "/api/guest/sessions", {
      tableToken: pizza.tables[0]?.token,
    });
    const shown = seated.body["requestTypes"] as { key: string }[];
    expect(shown.map(({ key }) => key)).toEqual(order);
  });

  it("takes no request while closed, says when it opens, and replays no refusal", async () => {
    const before = (await read("/api/settings")).body["settings"] as { version: number };
    const never = { hours: { weekly: {} }, version: before.version };
    const closed = await send("PATCH", "/api/settings", never);
    expect(closed.status).toBe(200);
    const guest = await seatGuest(api, pizza, 1);
    const request = {
      method: "POST",
      token: guest,
      body: { type: "water" },
      headers: { "idempotency-key": "closed-1" },
    };
    const refused = await api.call(pizza.slug, "/api/guest/requests", request);
    expect(refused).toMatchObject({ status: 409, body: { code: "closed" } });
    await send("PUT", "/api/duty", { tables: "all" });
    expect((await api.call(pizza.slug, "/api/guest/requests", request)).status).toBe(201);
    await send("DELETE", "/api/duty", undefined);
    const open = { hours: null, version: before.version + 1 };
    expect((await send("PATCH", "/api/settings", open)).status).toBe(200);
  });

  it.each([{ tables: [] }, { tables: [], zones: [] }])(
    "refuses duty for no table and no zone, and keeps what was: %j",
    async (nothing) => {
      await send("PUT", "/api/duty", { tables: "all" });
      expect(await send("PUT", "/api/duty", nothing)).toMatchObject({
        status: 422,
        body: { code: "validation_failed", errors: [{ path: "tables" }] },
      });
      expect((await read("/api/duty")).body["onDuty"]).toMatchObject([{ tables: "all" }]);
      await send("DELETE", "/api/duty", undefined);
    },
  );

  it("shows neither codes, addresses nor secrets to a waiter, on a board or in an event", async () => {
    const anna = await hire("waiter");
    const { version } = (await read("/api/settings")).body["settings"] as { version: number };
    await send("PATCH", "/api/settings", { wifi: { name: "G", password: "spaghetti" }, version });
    await send("POST", "/api/staff", { name: "E", role: "waiter", email: "hidden@example.com" });
    const paths = [
      "/api/tables",
      "/api/staff",
      "/api/settings",
      "/api/board",
      "/api/events?since=0",
    ];
    for (const path of paths) {
      const { status, text } = await read(path, anna.token);
      expect([path, status]).toEqual([path, 200]);
      for (const secret of [
        "spaghetti",
        "hidden@example.com",
        anna.invitation,
        pizza.tables[0]?.token,
      ])
        expect(text).not.toContain(secret);
    }
    expect((await read("/api/tables")).text).toContain(pizza.tables[0]?.token);
  });
});

describe("people and devices", () => {
  it("acts in the name of the person that a screen names", async () => {
    const screen = await hire("screen", "Bar");
    const anna = await hire("waiter");
    const guest = await seatGuest(api, pizza);
    const { id } = await callWaiter(api, pizza, guest, { type: "bill" });
    const claim = (body: object) => send("POST", `/api/requests/${id}/claim`, body, screen.token);
    expect((await claim({})).body).toMatchObject({
      code: "validation_failed",
      errors: [{ path: "as" }],
    });
    expect((await claim({ as: screen.id })).status).toBe(422);
    const claimed = await claim({ as: anna.id });
    expect(claimed.body["request"]).toMatchObject({ claimedBy: { id: anna.id } });
    expect((await send("POST", `/api/requests/${id}/complete`, { as: anna.id })).status).toBe(422);
    expect((await read(`/api/requests/${id}/history`)).body["entries"]).toContainEqual(
      expect.objectContaining({
        what: "request.claimed",
        staff: { id: anna.id, name: expect.stringMatching(/./) },
        device: "Bar",
      }),
    );
  });

  it("refuses a used invitation, and a deactivated person at once", async () => {
    const anna = await hire("waiter");
    const again = await send("POST", "/api/auth/join", { invitation: anna.invitation });
    expect(again).toMatchObject({ status: 410, body: { code: "invitation_used" } });
    expect((await read("/api/board", anna.token)).status).toBe(200);
    const patch = { active: false, version: 1 };
    expect((await send("PATCH", `/api/staff/${anna.id}`, patch)).status).toBe(200);
    expect((await read("/api/board", anna.token)).status).toBe(401);
    const refresh = { refreshToken: anna.refreshToken };
    expect((await send("POST", "/api/auth/refresh", refresh)).status).toBe(401);
  });

  it("lists a person's devices and ends one", async () => {
    const anna = await hire("waiter");
    const path = `/api/staff/${anna.id}/devices`;
    const devices = (await read(path, anna.token)).body["devices"] as { id: string }[];
    expect(devices).toMatchObject([{ current: true }]);
    expect((await send("DELETE", `${path}/${devices[0]?.id}`, undefined)).status).toBe(204);
    expect((await read("/api/board", anna.token)).status).toBe(401);
  });

  it("names a device without a name by its browser and system, at the next refresh at the latest", async () => {
    const phone = {
      "user-agent":
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
    };
    const anna = await hire("waiter");
    const post = (path: string, body: unknown) =>
      api.call(pizza.slug, path, { method: "POST", headers: phone, body });
    const named = async (id: string, token: string) =>
      ((await read(`/api/staff/${id}/devices`, token)).body["devices"] as { name?: string }[]).map(
        ({ name }) => name,
      );
    expect(await named(anna.id, anna.token)).toEqual([undefined]);
    const { refreshToken } = anna;
    await post("/api/auth/refresh", { refreshToken });
    expect(await named(anna.id, anna.token)).toEqual(["Chrome · Android"]);
    const { email, password } = pizza.owner;
    const { body } = await post("/api/auth/login", { email, password, refresh: "body" });
    const { accessToken, staff } = body as unknown as LoginAnswer;
    expect((await named(staff.id, accessToken))[0]).toBe("Chrome · Android");
  });

  it("keeps the last owner", async () => {
    const me = (await read("/api/me")).body["me"] as { id: string; version: number };
    const answer = await send("PATCH", `/api/staff/${me.id}`, {
      role: "waiter",
      version: me.version,
    });
    expect(answer).toMatchObject({ status: 409, body: { code: "last_owner" } });
  });

  it("changes one's own password only with the current one", async () => {
    const wrong = await send("POST", "/api/me/password", {
      current: "x",
      next: "another password",
    });
    expect(wrong.body).toMatchObject({ code: "validation_failed", errors: [{ path: "current" }] });
    const right = { current: pizza.owner.password, next: "another password" };
    expect((await send("POST", "/api/me/password", right)).status).toBe(204);
    expect(await loginAs(api, pizza, { ...pizza.owner, password: right.next })).toBeTruthy();
  });

  it("changes a password once per key, also when the answer was lost", async () => {
    const anna = await hire("waiter");
    const set = (body: object, key: string) =>
      api.call(pizza.slug, "/api/me/password", {
        method: "POST",
        token: anna.token,
        body,
        headers: { "idempotency-key": key },
      });
    const first = { next: "first password" };
    expect((await set(first, "p1")).status).toBe(204);
    const replayed = await set(first, "p1");
    expect([replayed.status, replayed.headers.get("idempotent-replayed")]).toEqual([204, "true"]);

    const second = { current: first.next, next: "second password" };
    const both = await Promise.all([set(second, "p2"), set(second, "p2")]);
    expect(both.map(({ status }) => status)).toEqual([204, 204]);
    expect((await set(second, "p2")).status).toBe(204);
    expect(await set({ current: second.next, next: "another password" }, "p2")).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    // The key of a change that another one followed.
    expect((await set(first, "p1")).body["code"]).toBe("idempotency_key_reused");
    expect((await set(second, "p3")).body).toMatchObject({ errors: [{ path: "current" }] });
    const payload = Buffer.from(anna.token.split(".")[1] ?? "", "base64url").toString();
    const { tid } = JSON.parse(payload) as { tid: string };
    const stored = await api.context.database.inTenant(tid, (tx) =>
      tx.selectFrom("answer").select(["key", "request_hash", "body"]).execute(),
    );
    const hashes = stored.filter(({ key }) => /^p\d$/.test(key)).map((row) => row.request_hash);
    expect([hashes.length, new Set(hashes).size]).toEqual([2, 1]);
  });

  it("lets only an owner turn on the search by person", async () => {
    const manager = await hire("manager", "Marco");
    const search = `/api/requests?staff=${manager.id}`;
    expect((await read(search)).status).toBe(403);
    const { version } = (await read("/api/settings")).body["settings"] as { version: number };
    const patch = { staffSearch: true, version };
    expect((await send("PATCH", "/api/settings", patch, manager.token)).status).toBe(403);
    expect((await send("PATCH", "/api/settings", patch)).status).toBe(200);
    expect((await read(search, manager.token)).body).toEqual({ requests: [] });
  });

  it.each([
    ["from=2020-01-01T00:00:00%2B23:59", 200, true],
    ["to=2020-01-01T00:00:00-23:59", 200, false],
    ["from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999999Z", 200, true],
    ["from=0000-12-31T23:59:59Z", 422, false],
    ["from=0001-01-01T00:00:00%2B00:01", 422, false],
    ["to=9999-12-31T23:59:59-00:01", 422, false],
  ])("searches by any moment that has a name: %s", async (query, status, finds) => {
    await send("POST", "/api/requests", { tableId: pizza.tables[0]?.id, type: "water" });
    const found = await read(`/api/requests?type=water&${query}`);
    const requests = (found.body["requests"] ?? []) as unknown[];
    expect([found.status, requests.length > 0]).toEqual([status, finds]);
  });

  it("answers a table's code as a PNG to managers only", async () => {
    const path = `/api/tables/${pizza.tables[0]?.id}/qr.png`;
    const png = await read(path);
    expect([png.status, png.headers.get("content-type")]).toEqual([200, "image/png"]);
    const anna = await hire("waiter");
    expect((await read(path, anna.token)).status).toBe(403);
  });

  it("tells the history of a request", async () => {
    const guest = await seatGuest(api, pizza, 1);
    const { id } = await callWaiter(api, pizza, guest, { type: "order" });
    await send("POST", `/api/requests/${id}/claim`, {});
    const { body } = await read(`/api/requests/${id}/history`);
    expect(body["entries"]).toMatchObject([
      { what: "request.created", state: "new" },
      { what: "request.claimed", state: "claimed", staff: { name: "Olga Owner" } },
    ]);
    const found = await read("/api/requests?state=claimed&type=order");
    expect(found.body["requests"]).toMatchObject([{ id }]);
  });
});

describe("the logo", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const put = (body: Buffer | object, type = "application/json") =>
    api.call(pizza.slug, "/api/settings/logo", {
      method: "PUT",
      token: owner,
      body,
      headers: { "content-type": type },
    });

  it.each(["image/png", "image/jpeg", "IMAGE/WEBP; q=1"])(
    "is taken as the bytes of a picture, declared %s: the content decides",
    async (type) => {
      const answer = await put(png, type);
      expect(answer.status).toBe(200);
      const { logoUrl } = answer.body["settings"] as { logoUrl: string };
      const logo = await api.call(pizza.slug, new URL(logoUrl, "http://localhost").pathname);
      expect([logo.status, logo.headers.get("content-type")]).toEqual([200, "image/webp"]);
    },
  );

  it("is taken in base64 as well", async () => {
    expect((await put({ image: png.toString("base64") })).status).toBe(200);
  });

  it.each([
    ["more than 512 kB", Buffer.alloc(512 * 1024 + 1), "image/png", 413, "payload_too_large"],
    ["nothing", Buffer.alloc(0), "image/png", 422, "validation_failed"],
    ["no picture", Buffer.from("no picture"), "image/png", 422, "validation_failed"],
    ["an SVG", Buffer.from("<svg/>"), "image/svg+xml", 415, "unsupported_media_type"],
    ["bytes of no type", png, "application/octet-stream", 415, "unsupported_media_type"],
  ])("of %s is refused", async (_name, body, type, status, code) => {
    const answer = await put(body, type);
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });
});
