import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { signStaff } from "@waiter/auth";
import { problem } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  seatGuest,
  startTestApi,
  type CallOptions,
  type Restaurant,
} from "../testing/start-test-api.ts";

/** Everything that was logged as an error or a warning. */
const complaints: string[] = [];
const logger: Logger = {
  debug() {},
  info() {},
  warn: (message) => void complaints.push(message),
  error: (message) => void complaints.push(message),
  child: () => logger,
};

const api = shareApi({ logger });
let pizza: Restaurant;
let guest: string;
let owner: string;

beforeAll(async () => {
  pizza = await createRestaurant(api);
  guest = await seatGuest(api, pizza);
  owner = await loginAs(api, pizza);
});

const post = (body: unknown, more: Omit<CallOptions, "body"> = {}): CallOptions => ({
  method: "POST",
  token: guest,
  body,
  ...more,
  headers: { "idempotency-key": randomUUID(), ...more.headers },
});
const calls = "/api/guest/requests";
const unknownId = randomUUID();

describe("bad input", () => {
  test.each<[string, string, () => CallOptions, number, string]>([
    ["malformed JSON", calls, () => post("{"), 400, "malformed_json"],
    ["a body that is no object", calls, () => post("[]"), 422, "validation_failed"],
    ["a body that is null", calls, () => post("null"), 422, "validation_failed"],
    ["a wrong type", calls, () => post({ type: 7 }), 422, "validation_failed"],
    ["a missing field", calls, () => post({}), 422, "validation_failed"],
    ["an unknown field", calls, () => post({ type: "waiter", tip: 5 }), 422, "validation_failed"],
    ["an unknown type", calls, () => post({ type: "taxi" }), 422, "validation_failed"],
    [
      "a note of 501 characters",
      calls,
      () => post({ type: "waiter", note: "x".repeat(501) }),
      422,
      "validation_failed",
    ],
    [
      "control characters",
      calls,
      () => post({ type: "waiter", note: "a\u0000b" }),
      422,
      "validation_failed",
    ],
    [
      "an escape sequence",
      calls,
      () => post({ type: "waiter", note: "\u001b[2J" }),
      422,
      "validation_failed",
    ],
    [
      "a body over 8 kB",
      calls,
      () => post({ type: "waiter", note: "x".repeat(8_193) }),
      413,
      "payload_too_large",
    ],
    [
      "a body nested 17 levels deep",
      calls,
      () => post("[".repeat(17) + "]".repeat(17)),
      400,
      "malformed_json",
    ],
    [
      "bytes that are not UTF-8",
      calls,
      () => post(Buffer.from([0x7b, 0xff, 0x7d])),
      400,
      "malformed_json",
    ],
    [
      "an encoded body",
      calls,
      () => post("{}", { headers: { "content-encoding": "gzip" } }),
      415,
      "unsupported_media_type",
    ],
    [
      "an empty key",
      calls,
      () => post({ type: "waiter" }, { headers: { "idempotency-key": "" } }),
      400,
      "idempotency_key_invalid",
    ],
    [
      "a form",
      calls,
      () =>
        post("type=waiter", { headers: { "content-type": "application/x-www-form-urlencoded" } }),
      415,
      "unsupported_media_type",
    ],
    [
      "text",
      calls,
      () => post('{"type":"waiter"}', { headers: { "content-type": "text/plain" } }),
      415,
      "unsupported_media_type",
    ],
    [
      "another charset",
      calls,
      () => post("{}", { headers: { "content-type": "application/json; charset=latin1" } }),
      415,
      "unsupported_media_type",
    ],
    [
      "a key with a space in it",
      calls,
      () => post({ type: "waiter" }, { headers: { "idempotency-key": "a b" } }),
      400,
      "idempotency_key_invalid",
    ],
    ["an unknown route", "/api/nothing", () => ({}), 404, "not_found"],
    ["an unknown page", "/nothing", () => ({}), 404, "not_found"],
    [
      "a wrong method",
      calls,
      () => ({ method: "DELETE", token: guest }),
      405,
      "method_not_allowed",
    ],
    [
      "a path that cannot be decoded",
      "/api/requests/%zz/claim",
      () => ({ method: "POST" }),
      400,
      "bad_request",
    ],
    [
      "an id that is none",
      "/api/requests/1/claim",
      () => ({ method: "POST", token: owner }),
      404,
      "not_found",
    ],
    [
      "an id that nothing has",
      `/api/requests/${unknownId}/claim`,
      () => ({ method: "POST", token: owner }),
      404,
      "not_found",
    ],
    ["events since nothing", "/api/events", () => ({ token: owner }), 422, "validation_failed"],
    ...["yesterday", "", "0x10", "1e1", "1.0", "%2B1", "-1", "%201"].map(
      (text): [string, string, () => CallOptions, number, string] => [
        `events since "${text}", which is no whole number,`,
        `/api/events?since=${text}`,
        () => ({ token: owner }),
        422,
        "validation_failed",
      ],
    ),
    [
      "an unknown question",
      "/api/events?since=0&limit=5",
      () => ({ token: owner }),
      422,
      "validation_failed",
    ],
    [
      "a dismissal without a reason",
      `/api/requests/${unknownId}/dismiss`,
      () => ({ method: "POST", token: owner, body: {} }),
      422,
      "validation_failed",
    ],
    ["no token", calls, () => ({}), 401, "unauthorized"],
    ["a token that is none", calls, () => ({ token: "nonsense" }), 401, "unauthorized"],
    ["an expired token", "/api/board", () => ({ token: expired() }), 401, "token_expired"],
    ["a guest's token for staff", "/api/board", () => ({ token: guest }), 403, "forbidden"],
    ["a staff token for guests", calls, () => ({ token: owner }), 403, "forbidden"],
  ])(
    "%s is answered as a problem with the right status and code",
    async (_name, path, options, status, code) => {
      const answer = await api.call(pizza.slug, path, options());
      expect([answer.status, answer.body["code"]]).toEqual([status, code]);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      const body = problem.parse(answer.body);
      expect(body.requestId).toBe(answer.headers.get("x-request-id"));
      expect(body.errors?.length ?? 0).toBeGreaterThanOrEqual(code === "validation_failed" ? 1 : 0);
    },
  );

  test("a wrong method is answered with the methods of the path", async () => {
    const allowed = async (path: string, method: string) => {
      const { status, headers } = await api.call(pizza.slug, path, { method });
      return [status, headers.get("allow")];
    };
    expect(await allowed(calls, "PUT")).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    // Only CORS answers OPTIONS, and only under /api.
    expect(await allowed("/.well-known/jwks.json", "OPTIONS")).toEqual([405, "GET, HEAD"]);
  });

  test("a missing token is answered with the scheme to use", async () => {
    expect((await api.call(pizza.slug, calls)).headers.get("www-authenticate")).toContain("Bearer");
  });

  test("none of it is logged as an error of ours, and nothing was saved", async () => {
    expect(complaints).toEqual([]);
    expect((await api.call(pizza.slug, calls, { token: guest })).body["requests"]).toEqual([]);
  });

  test("a trusted proxy's well-formed request id is taken over, any other is made", async () => {
    const headers = { "x-request-id": "checkout-0001" };
    await using behind = await startTestApi({ env: { TRUSTED_PROXIES: "127.0.0.1/32" } });
    const given = await behind.call(pizza.slug, "/api/health", { headers });
    expect(given.headers.get("x-request-id")).toBe("checkout-0001");
    const strangers = await api.call(pizza.slug, "/api/health", { headers });
    expect(strangers.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const made = await behind.call(pizza.slug, "/api/health", {
      headers: { "x-request-id": "<script>alert(1)</script>" },
    });
    expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});

function expired(): string {
  const { keys, issuer } = api.context.tokens;
  const claims = {
    tid: unknownId,
    slug: pizza.slug,
    sid: unknownId,
    sub: unknownId,
    name: "Ada",
    role: "waiter" as const,
  };
  return signStaff(claims, keys, { issuer, now: Date.now() - 3_600_000 }).token;
}
