import { describe, expect, test } from "@jest/globals";
import { generateKeys, signLicense } from "@waiter/auth";
import { healthAnswer, keys } from "@waiter/contracts";
import { freePort } from "@waiter/testkit";
import { shareApi } from "../testing/share-api.ts";
import { startTestApi } from "../testing/start-test-api.ts";

const api = shareApi();

type Json = Record<string, unknown>;
const eachObject = (value: unknown, see: (object: Json) => void): void => {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) see(value as Json);
  for (const child of Object.values(value)) eachObject(child, see);
};

describe("the OpenAPI document", () => {
  test("is 3.1, and names every route that answers with its method", async () => {
    const { body, status } = await api.call(undefined, "/api/openapi.json");
    expect([status, body["openapi"]]).toEqual([200, "3.1.0"]);
    const paths = body["paths"] as Record<string, Record<string, Json>>;
    expect((await api.call(undefined, "/api/health")).status).toBe(200);
    for (const [path, methods] of Object.entries(paths)) {
      // Mounted by @waiter/health, beside the table of routes.
      if (path === "/api/health") continue;
      const concrete = path.replaceAll(/\{\w+\}/g, "x");
      const allowed =
        (await api.call(undefined, concrete, { method: "TRACE" })).headers
          .get("allow")
          ?.toLowerCase() ?? "";
      for (const method of Object.keys(methods)) expect(`${path}: ${allowed}`).toContain(method);
    }
  });

  test("has unique operation ids, declares every path parameter, answers and resolvable references", async () => {
    const { body } = await api.call(undefined, "/api/openapi.json");
    const operations = Object.entries(
      body["paths"] as Record<string, Record<string, Json>>,
    ).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation["operationId"]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const declared = ((operation["parameters"] ?? []) as Json[])
        .filter((one) => one["in"] === "path")
        .map((one) => `{${String(one["name"])}}`);
      expect(declared).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(
        Object.keys(operation["responses"] as Json).some((status) => /^[23]/.test(status)),
      ).toBe(true);
    }
    const { schemas: shapes, headers } = body["components"] as { schemas: Json; headers: Json };
    const schemas = [
      ...Object.keys(shapes).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(headers).map((name) => `#/components/headers/${name}`),
    ];
    const schemes = Object.keys((body["components"] as { securitySchemes: Json }).securitySchemes);
    const references: string[] = [];
    const required: string[] = [];
    eachObject(body, ({ $ref, security }) => {
      if (typeof $ref === "string") references.push($ref);
      if (Array.isArray(security))
        required.push(...(security as Json[]).flatMap((one) => Object.keys(one)));
    });
    expect(references.filter((reference) => !schemas.includes(reference))).toEqual([]);
    expect(required.filter((scheme) => !schemes.includes(scheme))).toEqual([]);
  });

  test("names no route of gateways or of the platform; the ops port's does", async () => {
    const port = await freePort();
    await using split = await startTestApi({ env: { OPS_PORT: `${port}` } });
    for (const path of ["/api/openapi.json", "/api/docs"]) {
      const { text } = await split.call(undefined, path);
      expect([path, /\/internal|\/api\/platform|INTERNAL_TOKEN/.exec(text)?.[0]]).toEqual([
        path,
        undefined,
      ]);
    }
    const all = await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).text();
    expect(all).toContain("/internal/heads");
    expect(all).toContain("/api/platform/tenants/{slug}");
    expect(all).toContain("/api/platform/tenants/{slug}/invitation");
    expect((await split.call(undefined, "/openapi.json")).status).toBe(404);
  });

  test("describes the headers of answers, conditional requests and health", async () => {
    const { body } = await api.call(undefined, "/api/openapi.json");
    const paths = body["paths"] as Record<string, Record<string, Json>>;
    const answer = (path: string, status: string): { headers: Json } =>
      (paths[path]?.["get"]?.["responses"] as Record<string, { headers: Json }> | undefined)?.[
        status
      ] ?? { headers: {} };
    expect(Object.keys(answer("/api/board", "200").headers)).toEqual(
      expect.arrayContaining(["X-Request-Id", "ETag", "RateLimit", "RateLimit-Policy"]),
    );
    expect(Object.keys(answer("/api/board", "304").headers)).toContain("ETag");
    expect(Object.keys(answer("/api/board", "429").headers)).toContain("Retry-After");
    expect(JSON.stringify(paths["/api/board"])).toContain("If-None-Match");
    expect(Object.keys(answer("/api/health", "200"))).toContain("content");
    const real = await api.call(undefined, "/api/openapi.json");
    for (const name of Object.keys(answer("/api/openapi.json", "200").headers))
      expect([name, real.headers.has(name)]).toEqual([name, true]);
  });

  test("is readable as a page that needs no script and nothing from elsewhere", async () => {
    const page = await api.call(undefined, "/api/docs");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.text).toContain("/api/guest/requests/{id}/cancel");
    expect(page.text).not.toMatch(/<script|src=|https?:\/\/(?!localhost|\{)/);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  });
});

describe("what operators ask", () => {
  test.each([
    "/livez",
    "/readyz",
    "/startupz",
    "/api/health",
    "/api/health/db-pool",
    "/api/health/sockets",
    "/api/health/system",
    "/api/health/comprehensive",
  ])("%s answers on any host", async (path) => {
    expect((await api.call("unknown.example", path)).status).toBe(200);
  });

  test("health has the contract's shape", async () => {
    expect(healthAnswer.parse((await api.call(undefined, "/api/health")).body)).toMatchObject({
      status: "ok",
      license: { status: "missing" },
    });
  });

  test("sockets are summed over all gateways that are alive", async () => {
    const { client } = api.context.redis;
    const counts = (agoMs: number, clients: number): string =>
      JSON.stringify({
        at: Date.now() - agoMs,
        clients,
        sockets: clients + 1,
        rooms: 2,
        namespaces: { "/staff": 1, "/guest": clients },
      });
    const ids = ["a", "b", "gone", "odd"].map((id) => `${api.port}-${id}`);
    const before = (await api.call(undefined, "/api/health/sockets")).body as {
      gateways: number;
      clients: number;
    };
    await client.hset(
      keys.gateways(),
      ids[0] ?? "",
      counts(0, 10),
      ids[1] ?? "",
      counts(1_000, 5),
      ids[2] ?? "",
      counts(60_000, 100),
      ids[3] ?? "",
      "{",
    );
    try {
      const { body } = await api.call(undefined, "/api/health/sockets");
      expect(body).toMatchObject({ gateways: before.gateways + 2, clients: before.clients + 15 });
    } finally {
      await client.hdel(keys.gateways(), ...ids);
    }
  });

  test("metrics count requests by route pattern, and never by tenant", async () => {
    await api.call("unknown", "/api/board");
    const { text } = await api.call(undefined, "/metrics");
    expect(text).toContain('route="/api/board"');
    expect(text).toContain('waiter_db_pool_connections{state="idle"}');
    expect(text).not.toMatch(/tenant=|slug=/);
  });

  test("with OPS_PORT they are there, and 404 here", async () => {
    await using split = await startTestApi({ env: { OPS_PORT: "0" } });
    expect((await split.call(undefined, "/api/health")).status).toBe(200);
    for (const path of ["/livez", "/metrics", "/api/health/system"])
      expect((await split.call(undefined, path)).status).toBe(404);
  });

  test("a licence is checked offline, and its status is in health and metrics", async () => {
    const pair = generateKeys();
    const license = signLicense("Trattoria", new Date(Date.now() + 3_600_000), pair.privatePem);
    await using licensed = await startTestApi({
      env: { LICENSE_KEY: license },
      licensePublicKey: pair.publicPem,
    });
    expect((await licensed.call(undefined, "/api/health")).body["license"]).toEqual({
      status: "valid",
    });
    expect((await licensed.call(undefined, "/metrics")).text).toContain("waiter_license_valid 1");
  });

  test("public keys are published, private ones never", async () => {
    const { body } = await api.call(undefined, "/.well-known/jwks.json");
    expect(body["keys"]).toEqual([
      expect.objectContaining({
        kty: "EC",
        crv: "P-256",
        alg: "ES256",
        use: "sig",
        kid: expect.any(String),
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain('"d"');
  });
});

describe("the AsyncAPI document", () => {
  test("is 3.0, and every reference in it resolves", async () => {
    const { body, status } = await api.call(undefined, "/api/asyncapi.json");
    expect([status, body["asyncapi"]]).toEqual([200, "3.0.0"]);
    const unresolved: unknown[] = [];
    eachObject(body, ({ $ref }) => {
      if (typeof $ref !== "string") return;
      const parts = $ref.slice(2).split("/");
      const target = parts.reduce<unknown>((at, part) => (at as Json | undefined)?.[part], body);
      if (target === undefined) unresolved.push($ref);
    });
    expect(unresolved).toEqual([]);
  });

  test("is shown as a page beside the HTTP interface's", async () => {
    const page = await api.call(undefined, "/api/docs/sockets");
    expect(page.headers.get("content-type")).toContain("text/html");
    for (const event of ["request:claim", "auth:refresh", "resync", "presence"])
      expect(page.text).toContain(`<code>${event}</code>`);
    expect((await api.call(undefined, "/api/docs")).text).toContain("/api/docs/sockets");
  });
});
