import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { problem } from "@waiter/contracts";
import express from "express";
import { z } from "zod";
import { fail, httpErrorHandler, methodNotAllowed, notFound, validate } from "./index.ts";

const closers: (() => unknown)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** An app with one route per kind of failure, and what it logged. */
async function serve() {
  const logged: string[] = [];
  const log = {
    debug: () => void logged.push("debug"),
    warn: () => void logged.push("warn"),
    error: () => void logged.push("error"),
  };
  const app = express();
  app.use((request, _response, next) => {
    Object.assign(request, { id: "r1" });
    next();
  });
  app.use(express.json({ limit: 100 }));
  app
    .route("/things/:id")
    .post(
      (request, response) =>
        void response.json(validate(z.strictObject({ n: z.number() }), request.body)),
    )
    .all(methodNotAllowed("POST"));
  app.get("/bug", () => {
    throw new Error("SELECT secret");
  });
  app.get("/away", () => fail("unavailable", { extra: { retryAfterS: 1.2 } }));
  app.get("/half", (_request, response) => {
    response.write("half");
    throw new Error("late");
  });
  app.use(notFound, httpErrorHandler(log));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { ask: (path: string, init?: RequestInit) => fetch(origin + path, init), post, logged };
}

describe("httpErrorHandler", () => {
  test.each([
    ["malformed JSON", "{", {}, 400, "malformed_json"],
    [
      "a body that is too large",
      JSON.stringify({ n: "x".repeat(200) }),
      {},
      413,
      "payload_too_large",
    ],
    [
      "an unknown charset",
      "{}",
      { "content-type": "application/json; charset=x-none" },
      415,
      "unsupported_media_type",
    ],
    ["an unknown encoding", "{}", { "content-encoding": "x-none" }, 415, "unsupported_media_type"],
    ["an unknown field", '{"n":1,"m":2}', {}, 422, "validation_failed"],
  ])(
    "%s is a client error: problem+json, nothing logged at level error",
    async (_name, body, headers, status, code) => {
      const { ask, post, logged } = await serve();
      const response = await ask("/things/1", post(body, headers));
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(problem.parse(await response.json())).toMatchObject({ status, code, requestId: "r1" });
      expect([response.status, logged]).toEqual([status, ["debug"]]);
    },
  );

  test("unknown routes are 404, wrong methods 405 with Allow, broken escapes 400", async () => {
    const { ask, logged } = await serve();
    const wrong = await ask("/things/1");
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await ask("/nowhere")).status).toBe(404);
    expect((await ask("/things/%ff")).status).toBe(400);
    expect(logged).toEqual(["debug", "debug", "debug"]);
  });

  test("an unexpected error is a 500 without details and is logged as an error", async () => {
    const { ask, logged } = await serve();
    const response = await ask("/bug");
    expect([response.status, logged]).toEqual([500, ["error"]]);
    expect(await response.text()).not.toContain("secret");
  });

  test("an unavailable upstream is a 503 with Retry-After in whole seconds", async () => {
    const { ask, logged } = await serve();
    const response = await ask("/away");
    expect([response.status, response.headers.get("retry-after"), logged]).toEqual([
      503,
      "2",
      ["warn"],
    ]);
  });

  test("a response that has begun is cut off, never ended as if it were complete", async () => {
    const { ask } = await serve();
    await expect(ask("/half").then((response) => response.text())).rejects.toThrow();
  });
});
