import { randomInt, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createRestaurant,
  internalToken,
  loginAs,
  platformToken,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../testing/start-test-api.ts";

const most = 3;
let api: TestApi;
/** An api on the same database that allows three requests of a session or an address. */
let strict: TestApi;
let restaurant: Restaurant;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  strict = await startTestApi({
    env: {
      RATE_LIMIT_API: `${most}`,
      RATE_LIMIT_ADDRESS: `${most}`,
      TRUSTED_PROXIES: "127.0.0.0/8,::1/128",
      DATABASE_URL: api.context.config.DATABASE_URL,
    },
  });
  restaurant = await createRestaurant(api);
  token = await loginAs(api, restaurant);
});
afterAll(async () => {
  await strict[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

/** An address that no other test counts for. */
const someAddress = () => ({ "x-forwarded-for": `198.18.${randomInt(256)}.${randomInt(256)}` });
const id = randomUUID();

describe("beyond the limit", () => {
  test("of a session, nothing costly is done for it", async () => {
    const call = async (method: string, path: string) =>
      (await strict.call(restaurant.slug, path, { method, token, body: {} })).body["code"];
    for (let asked = 0; asked < most; asked++) expect(await call("GET", "/api/me")).toBeUndefined();
    for (const route of [
      "GET /api/requests",
      `GET /api/requests/${id}/history`,
      "GET /api/tables",
      `GET /api/tables/${restaurant.tables[0]?.id}/qr.svg`,
      "POST /api/tables",
      "PATCH /api/settings",
      `POST /api/staff/${id}/invitation`,
      "PUT /api/push/subscription",
      `POST /api/dead-letters/${id}/replay`,
    ]) {
      const [method = "", path = ""] = route.split(" ");
      expect([route, await call(method, path)]).toEqual([route, "rate_limited"]);
    }
  });

  test("of an address, receipts of pushes are not looked up", async () => {
    const headers = someAddress();
    const send = async (path: string, body: object) =>
      (await strict.call(restaurant.slug, path, { method: "POST", body, headers })).body["code"];
    const shown = { receipt: "unknown", state: "shown" };
    for (let asked = 0; asked < most; asked++)
      expect(await send("/api/push/receipts", shown)).toBe("not_found");
    expect(await send("/api/push/receipts", shown)).toBe("rate_limited");
    expect(await send("/api/push/claim", { receipt: "unknown" })).toBe("rate_limited");
  });

  test("of an address, an operator changes no tenant", async () => {
    const headers = someAddress();
    const call = (method: string, path: string, body?: object) =>
      strict.call(undefined, path, {
        method,
        token: platformToken,
        headers,
        ...(body && { body }),
      });
    const tenants = "/api/platform/tenants";
    for (let asked = 0; asked < most; asked++)
      expect((await call("GET", tenants)).status).toBe(200);
    const refused = [
      await call("POST", tenants, {}),
      await call("PATCH", `${tenants}/${restaurant.slug}`, { suspended: true }),
      await call("DELETE", `${tenants}/${restaurant.slug}`),
    ];
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429]);
    expect((await api.call(restaurant.slug, "/api/me", { token })).status).toBe(200);
  });

  test("of an address, a stranger is refused on the gateways' routes", async () => {
    const codes: unknown[] = [];
    // Others count for this address too, and a window may end meanwhile.
    for (let asked = 0; asked < 2 * (most + 1); asked++)
      codes.push(
        (await strict.call(undefined, "/internal/heads", { method: "POST", body: {} })).body[
          "code"
        ],
      );
    expect(codes).toContain("rate_limited");
  });
});

describe("one call asks for no more than its page", () => {
  const tenants = (count: number) => Array.from({ length: count }, () => randomUUID());
  const changed = tenants(201).map((tenant) => ({ tenant, epoch: randomUUID(), seq: 1 }));
  test.each([
    ["/internal/heads", { tenants: tenants(1_001) }],
    ["/internal/changes", { tenants: changed }],
    ["/internal/reach", { tenants: tenants(201) }],
  ])("%s", async (path, body) => {
    const headers = { authorization: `Internal ${internalToken}` };
    const answer = await api.call(undefined, path, { method: "POST", body, headers });
    expect(answer.body).toMatchObject({ code: "validation_failed", errors: [{ path: "tenants" }] });
  });

  test("500 tables, and 1,000 requests of a search", async () => {
    const labels = Array.from({ length: 501 }, (_, index) => `T${index}`);
    const made = await api.call(restaurant.slug, "/api/tables", {
      method: "POST",
      token,
      body: { labels },
    });
    expect(made.body["code"]).toBe("validation_failed");
    const found = await api.call(restaurant.slug, "/api/requests?limit=1001", { token });
    expect(found.body).toMatchObject({ code: "validation_failed", errors: [{ path: "limit" }] });
  });
});
