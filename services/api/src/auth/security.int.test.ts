import { createHash, createHmac, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { webRoot } from "@waiter/web";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  internalToken,
  loginAs,
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

describe("tokens", () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("no other algorithm, key or kid than ours is believed", async () => {
    const owner = await loginAs(api, pizza);
    const [head = "", claims = "", signature = ""] = owner.split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
    const jwks = JSON.stringify((await api.call(pizza.slug, "/.well-known/jwks.json")).body);
    const asHmac = `${part({ alg: "HS256", typ: "JWT", kid })}.${claims}`;
    const forged = [
      `${part({ alg: "none", kid })}.${claims}.`,
      // The public key as a shared secret: the classic confusion of algorithms.
      `${asHmac}.${createHmac("sha256", jwks).update(asHmac).digest("base64url")}`,
      `${part({ alg: "ES256", kid: "../../etc/passwd" })}.${claims}.${signature}`,
      `${part({ alg: "ES256", kid: "__proto__" })}.${claims}.${signature}`,
      `${part({ alg: "ES256" })}.${claims}.${signature}`,
      `${head}.${part({ ...JSON.parse(Buffer.from(claims, "base64url").toString()), role: "owner", sub: randomUUID() })}.${signature}`,
    ];
    for (const token of forged)
      expect((await api.call(pizza.slug, "/api/board", { token })).status).toBe(401);
    expect((await api.call(pizza.slug, "/api/board", { token: owner })).status).toBe(200);
  });

  test("a guest's opens nothing of the staff, and a waiter's no manager's route", async () => {
    const guest = await seatGuest(api, pizza);
    for (const path of [
      "/api/board",
      "/api/events?since=0",
      "/api/tables",
      `/api/tables/${pizza.tables[0]?.id}/qr.svg`,
    ])
      expect((await api.call(pizza.slug, path, { token: guest })).status).toBe(403);
    expect(
      (await api.call(pizza.slug, "/api/guest/requests", { token: await loginAs(api, pizza) }))
        .status,
    ).toBe(403);
  });
});

describe("limits", () => {
  /** Counts for itself: in the Redis of all tests, all come from one address. */
  const startCounting = (env: Record<string, string>) =>
    startTestApi({ env: { REDIS_URL: "redis://127.0.0.1:1", ...env } });

  test("sessions behind one address, such as a gateway's, are counted each by itself; strangers there are counted together", async () => {
    await using strict = await startCounting({
      RATE_LIMIT_ADDRESS: "6",
      TRUSTED_PROXIES: "127.0.0.1/32",
    });
    const restaurant = await createRestaurant(strict);
    const guest = await seatGuest(strict, restaurant);
    const owner = await loginAs(strict, restaurant);
    for (let count = 0; count < 12; count += 1) {
      expect(
        (await strict.call(restaurant.slug, "/api/guest/requests", { token: guest })).status,
      ).toBe(200);
      expect((await strict.call(restaurant.slug, "/api/board", { token: owner })).status).toBe(200);
      const headers = { authorization: `Internal ${internalToken}` };
      expect(
        (
          await strict.call(undefined, "/internal/heads", {
            method: "POST",
            body: { tenants: [] },
            headers,
          })
        ).status,
      ).toBe(200);
    }
    const stranger = async (address: string) =>
      (
        await strict.call(restaurant.slug, "/api/board", {
          token: "no.such.token",
          headers: { "x-forwarded-for": address },
        })
      ).status;
    const first = [];
    for (let count = 0; count < 7; count += 1) first.push(await stranger("198.51.100.7"));
    expect(first).toEqual([401, 401, 401, 401, 401, 401, 429]);
    // What the gateway, a proxy that is trusted, passes on as the client's address keeps two
    // clients apart.
    expect(await stranger("198.51.100.8")).toBe(401);
  });

  test("a forwarded address of an untrusted peer does not count", async () => {
    await using strict = await startCounting({ RATE_LIMIT_ADDRESS: "3" });
    const statuses = [];
    for (let count = 0; count < 4; count += 1)
      statuses.push(
        (
          await strict.call(undefined, "/api/openapi.json", {
            headers: { "x-forwarded-for": `198.51.100.${count}` },
          })
        ).status,
      );
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test("made-up hosts and tokens are limited before they are looked up", async () => {
    await using strict = await startCounting({ RATE_LIMIT_ADDRESS: "4" });
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push(
        (await strict.call(`unknown${count}`, "/api/board", { token: "a.b.c" })).status,
      );
    expect(statuses).toEqual([404, 404, 404, 404, 429, 429]);
  });

  test("one address guessing at many people's passwords is limited too", async () => {
    await using strict = await startCounting({ RATE_LIMIT_AUTH: "1" });
    const restaurant = await createRestaurant(strict);
    const guess = async () =>
      (
        await strict.call(restaurant.slug, "/api/auth/login", {
          method: "POST",
          body: { email: `${randomUUID()}@example.com`, password: "guess" },
        })
      ).status;
    const statuses = [];
    for (let count = 0; count < 11; count += 1) statuses.push(await guess());
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });
});

describe("headers for browsers", () => {
  test("pages run own scripts only, cannot be framed and send no referrer", async () => {
    const { headers } = await api.call(pizza.slug, "/login");
    const policy = headers.get("content-security-policy") ?? "";
    for (const directive of [
      "default-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect(policy.split(";")).toContain(directive);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test.each(["style", "script"] as const)(
    "a document allows its own %s elements by their hashes, and no others",
    async (element) => {
      const inline = new RegExp(`<${element}>(.*?)</${element}>`, "gs");
      for (const path of [
        "/login",
        "/t/code",
        "/manage",
        "/nothing",
        "/api/docs",
        "/api/docs/sockets",
      ]) {
        const { text, headers } = await api.call(pizza.slug, path, {
          headers: { accept: "text/html" },
        });
        const policy = headers.get("content-security-policy") ?? "";
        const allowed =
          new RegExp(`${element}-src ([^;]*)`).exec(policy)?.[1]?.trim().split(" ") ?? [];
        const contents = [...text.matchAll(inline)].map(
          ([, content = ""]) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`,
        );
        const hasElement = element === "style" || !path.startsWith("/api/");
        expect([path, contents.length > 0]).toEqual([path, hasElement]);
        expect([path, allowed.toSorted()]).toEqual([path, ["'self'", ...contents].toSorted()]);
      }
    },
  );

  test("what is no document gets no header of documents", async () => {
    const names = ["permissions-policy", "x-frame-options", "cross-origin-opener-policy"];
    const [asset] = (await readdir(join(webRoot, "assets"))).filter((name) => name.endsWith(".js"));
    for (const path of [`/assets/${asset}`, "/icon.svg", "/api/restaurant", "/api/nothing"]) {
      const { headers } = await api.call(pizza.slug, path);
      for (const name of names) expect([path, name, headers.get(name)]).toEqual([path, name, null]);
      expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"]);
      if (path.startsWith("/assets/")) continue;
      const policy = "default-src 'none';frame-ancestors 'none'";
      expect([path, headers.get("content-security-policy")]).toEqual([path, policy]);
    }
    for (const path of ["/login", "/api/docs"]) {
      const { headers } = await api.call(pizza.slug, path);
      for (const name of names)
        expect([path, name, headers.get(name)]).not.toEqual([path, name, null]);
    }
  });

  test("with https the refresh cookie is Secure and host-only", async () => {
    await using secure = await startTestApi({ env: { DOMAIN_URL: "https://localhost" } });
    const restaurant = await createRestaurant(secure);
    const { email, password } = restaurant.owner;
    const answer = await secure.call(restaurant.slug, "/api/auth/login", {
      method: "POST",
      body: { email, password },
    });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    expect(cookie).not.toMatch(/domain/i);
    expect(answer.headers.get("strict-transport-security")).toContain("max-age=");
  });
});

describe("paths", () => {
  test.each([
    "/../package.json",
    "/..%2f..%2fpackage.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/%00",
    "/.env",
    "//etc/passwd",
  ])("%s leads to no file", async (path) => {
    const answer = await api.call(pizza.slug, path);
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain("dependencies");
  });
});

test("G4: what one restaurant's session refreshes or revokes is its own", async () => {
  const body = { email: pizza.owner.email, password: pizza.owner.password, refresh: "body" };
  const { refreshToken } = (await api.call(pizza.slug, "/api/auth/login", { method: "POST", body }))
    .body;
  for (const path of ["/api/auth/refresh", "/api/auth/logout"])
    await api.call(sushi.slug, path, { method: "POST", body: { refreshToken } });
  expect(
    (await api.call(sushi.slug, "/api/auth/refresh", { method: "POST", body: { refreshToken } }))
      .status,
  ).toBe(401);
  expect(
    (await api.call(pizza.slug, "/api/auth/refresh", { method: "POST", body: { refreshToken } }))
      .status,
  ).toBe(200);
});
