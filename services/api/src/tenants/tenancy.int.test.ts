import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { shareApi } from "../testing/share-api.ts";
import {
  callWaiter,
  createRestaurant,
  internalToken,
  loginAs,
  platformToken,
  seatGuest,
  startTestApi,
  type Restaurant,
} from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let sushi: Restaurant;

beforeAll(async () => {
  [pizza, sushi] = await Promise.all([createRestaurant(api), createRestaurant(api)]);
});

describe("a tenant never sees another's anything", () => {
  test("its token is refused on another's host", async () => {
    const [guest, owner] = await Promise.all([seatGuest(api, pizza), loginAs(api, pizza)]);
    for (const [path, token] of [
      ["/api/board", owner],
      ["/api/guest/requests", guest],
    ] as const) {
      const answer = await api.call(sushi.slug, path, { token });
      expect([answer.status, answer.body["code"]]).toEqual([403, "tenant_mismatch"]);
    }
  });

  test("another's ids are unknown", async () => {
    const { id } = await callWaiter(api, pizza, await seatGuest(api, pizza));
    const owner = await loginAs(api, sushi);
    for (const [method, path] of [
      ["POST", `/api/requests/${id}/claim`],
      ["GET", `/api/tables/${pizza.tables[0]?.id}/qr.svg`],
      ["POST", `/api/tables/${pizza.tables[0]?.id}/rotate-token`],
      ["GET", `/api/tables?cursor=${pizza.tables[0]?.id}`],
      ["GET", `/api/requests?cursor=${id}`],
      ["GET", `/api/dead-letters?cursor=${id}`],
    ] as const) {
      expect((await api.call(sushi.slug, path, { method, token: owner })).status).toBe(404);
    }
    const entered = await api.call(sushi.slug, "/api/requests", {
      method: "POST",
      token: owner,
      body: { tableId: pizza.tables[0]?.id, type: "water" },
    });
    expect(entered.status).toBe(404);
  });

  test("a list ends with an empty page after its own last entry", async () => {
    const table = pizza.tables.at(-1)?.id;
    const { id } = await callWaiter(api, pizza, await seatGuest(api, pizza, 1), { type: "bill" });
    const token = await loginAs(api, pizza);
    const first = (await api.call(pizza.slug, "/api/requests", { token })).body;
    const { id: oldest } = (first["requests"] as { id: string }[]).at(-1) ?? { id };
    for (const [path, name] of [
      [`/api/tables?cursor=${table}`, "tables"],
      [`/api/requests?cursor=${oldest}`, "requests"],
    ] as const) {
      const { status, body } = await api.call(pizza.slug, path, { token });
      expect([status, body[name]]).toEqual([200, []]);
    }
  });

  test("another's table code and password open nothing", async () => {
    expect(
      (
        await api.call(sushi.slug, "/api/guest/sessions", {
          method: "POST",
          body: { tableToken: pizza.tables[0]?.token },
        })
      ).status,
    ).toBe(404);
  });

  test("a guest cannot touch another table's call", async () => {
    const { id } = await callWaiter(api, pizza, await seatGuest(api, pizza, 0), { type: "water" });
    const other = await seatGuest(api, pizza, 1);
    expect(
      (
        await api.call(pizza.slug, `/api/guest/requests/${id}/cancel`, {
          method: "POST",
          token: other,
        })
      ).status,
    ).toBe(404);
  });
});

describe("hosts", () => {
  test.each(["unknown", "www", "a.b", "xn--a"])("%s is no restaurant", async (slug) => {
    for (const path of ["/api/board", "/", "/api/nothing"]) {
      const answer = await api.call(slug, path);
      expect([answer.status, answer.body["code"]]).toEqual([404, "tenant_unknown"]);
    }
  });

  test("a forwarded host does not count by default", async () => {
    const answer = await api.call("unknown", "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: pizza.tables[0]?.token },
      headers: { "x-forwarded-host": `${pizza.slug}.localhost` },
    });
    expect(answer.body["code"]).toBe("tenant_unknown");
  });

  test("and of a trusted proxy", async () => {
    await using behind = await startTestApi({ env: { TRUSTED_PROXIES: "127.0.0.1/32" } });
    const restaurant = await createRestaurant(behind);
    const answer = await behind.call("unknown", "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: restaurant.tables[0]?.token },
      headers: { "x-forwarded-host": `${restaurant.slug}.localhost` },
    });
    expect(answer.status).toBe(201);
  });
});

describe("the platform", () => {
  const body = () => ({
    slug: `p${randomUUID().slice(0, 8)}`,
    name: "Pasta",
    owner: { email: "p@example.com", name: "Paola", password: "long enough" },
  });
  const create = (wanted: object, token = platformToken) =>
    api.call(undefined, "/api/platform/tenants", { method: "POST", token, body: wanted });

  test("creates, lists and deletes tenants", async () => {
    const wanted = body();
    const created = await create({ ...wanted, tables: ["1", "Bar"] });
    expect(created.status).toBe(201);
    expect(created.body["tenant"]).toMatchObject({
      slug: wanted.slug,
      origin: `http://${wanted.slug}.localhost:3000`,
    });
    expect((await create(wanted)).status).toBe(409);
    const list = await api.call(undefined, "/api/platform/tenants?limit=1000", {
      token: platformToken,
    });
    expect((list.body["tenants"] as { slug: string }[]).map(({ slug }) => slug)).toContain(
      wanted.slug,
    );
    const restaurant = { ...wanted, tables: created.body["tables"] as Restaurant["tables"] };
    await callWaiter(api, restaurant, await seatGuest(api, restaurant));
    const remove = () =>
      api.call(undefined, `/api/platform/tenants/${wanted.slug}`, {
        method: "DELETE",
        token: platformToken,
      });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(
      (
        await api.call(wanted.slug, "/api/auth/login", {
          method: "POST",
          body: { email: "p@example.com", password: "long enough" },
        })
      ).status,
    ).toBe(404);
  });

  test("the slug of a deleted tenant is refused with the day it is free, or taken by reuse", async () => {
    const wanted = body();
    await create(wanted);
    const path = `/api/platform/tenants/${wanted.slug}`;
    await api.call(undefined, path, { method: "DELETE", token: platformToken });
    const refused = await create(wanted);
    expect([refused.status, refused.body["code"]]).toEqual([409, "conflict"]);
    const days = (Date.parse(String(refused.body["freeFrom"])) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(refused.body["detail"]).toContain(String(refused.body["freeFrom"]));
    expect((await create({ ...wanted, reuse: true })).status).toBe(201);
    expect((await create({ ...wanted, reuse: true })).status).toBe(409);
  });

  test("a host asked for a moment too early is there once the tenant is", async () => {
    const wanted = body();
    expect((await api.call(wanted.slug, "/login")).status).toBe(404);
    await create(wanted);
    expect(
      (
        await api.call(wanted.slug, "/api/auth/login", {
          method: "POST",
          body: { email: "p@example.com", password: "wrong" },
        })
      ).status,
    ).toBe(401);
  });

  test.each(["www", "Pizza", "1a", "a b", "xn--a", ""])("%j cannot be a slug", async (slug) => {
    expect((await create({ ...body(), slug })).status).toBe(422);
  });

  test("needs its token and the apex host, and is off without a token", async () => {
    expect((await create(body(), "wrong")).status).toBe(401);
    expect(
      (await api.call(pizza.slug, "/api/platform/tenants", { token: platformToken })).status,
    ).toBe(404);
    await using off = await startTestApi({ env: { PLATFORM_ADMIN_TOKEN: undefined } });
    expect(
      (await off.call(undefined, "/api/platform/tenants", { token: platformToken })).status,
    ).toBe(404);
  });
});

describe("the internal routes", () => {
  test("need the internal token, whatever the host", async () => {
    const headers = { authorization: `Internal ${internalToken}` };
    expect(
      (await api.call(pizza.slug, `/internal/tenants/${pizza.slug}`, { headers })).body,
    ).toMatchObject({ slug: pizza.slug });
    expect(
      (await api.call("unknown.example", "/internal/tenants/unknown", { headers })).status,
    ).toBe(404);
    expect((await api.call(pizza.slug, `/internal/tenants/${pizza.slug}`)).status).toBe(401);
    expect(
      (await api.call(pizza.slug, `/internal/tenants/${pizza.slug}`, { token: internalToken }))
        .status,
    ).toBe(401);
  });

  test("accept every token of the list while the token is rotated", async () => {
    const tokens = ["old-token-of-the-gateways", "new-token-of-the-gateways"];
    await using rotating = await startTestApi({ env: { INTERNAL_TOKEN: tokens.join(", ") } });
    const status = async (token: string) =>
      (
        await rotating.call(undefined, "/internal/heads", {
          method: "POST",
          body: { tenants: [] },
          headers: { authorization: `Internal ${token}` },
        })
      ).status;
    expect(await Promise.all([...tokens, tokens.join(",")].map(status))).toEqual([200, 200, 401]);
  });

  test.each(["forwarded", "x-forwarded-for", "x-forwarded-host", "via"])(
    "are not there for a proxy, by its %s, trusted or not",
    async (name) => {
      await using trusting = await startTestApi({ env: { TRUSTED_PROXIES: "127.0.0.1/32" } });
      const authorization = `Internal ${internalToken}`;
      for (const asked of [api, trusting]) {
        const ask = (more: Record<string, string>) =>
          asked.call(undefined, "/internal/heads", {
            method: "POST",
            body: { tenants: [] },
            headers: { authorization, ...more },
          });
        expect((await ask({ [name]: "203.0.113.7" })).status).toBe(404);
        expect((await ask({ "x-forwarded-proto": "http" })).status).toBe(200);
      }
    },
  );

  test("tell true heads, leaving out who is unknown", async () => {
    const tenant = (await api.context.database.findTenant(sushi.slug))?.id ?? "";
    const answer = await api.call(undefined, "/internal/heads", {
      method: "POST",
      body: { tenants: [tenant, randomUUID()] },
      headers: { authorization: `Internal ${internalToken}` },
    });
    expect(answer.body["heads"]).toEqual([
      { tenant, epoch: expect.any(String), seq: expect.any(Number), revoked: expect.any(Array) },
    ]);
  });
});
