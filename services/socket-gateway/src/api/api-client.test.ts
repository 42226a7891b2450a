import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import { z } from "zod";
import { ApiClient, defaultApiOptions } from "./api-client.ts";

let server: Server;
let status = 200;
/** The server answers when it resolves. */
let released: Promise<void>;
let states: string[];
let heard: IncomingHttpHeaders;
let client: ApiClient;
const call = (slug = "pizza") =>
  client.call({
    method: "GET",
    path: "/x",
    caller: { slug, token: "t" },
    answer: z.unknown(),
  });

beforeEach(async () => {
  status = 200;
  states = [];
  released = Promise.resolve();
  server = createServer(async (request, response) => {
    heard = request.headers;
    await released;
    response.writeHead(status, { "content-type": "application/problem+json" }).end(
      JSON.stringify({
        type: "about:blank",
        title: "No",
        status,
        code: "unavailable",
        requestId: "r",
      }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new ApiClient({
    ...defaultApiOptions,
    origin,
    domainUrl: "http://waiter.test",
    internalToken: "i",
    maxPerTenant: 3,
    breakAfter: 2,
    halfOpenAfterMs: 10,
    onCircuit: (state) => states.push(state),
  });
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

test("an unreachable api opens the circuit; an answer closes it", async () => {
  status = 502;
  for (let count = 0; count < 3; count += 1)
    await expect(call()).rejects.toMatchObject({ code: "unavailable" });
  expect(states).toEqual(["closed", "open"]);
  status = 200;
  await new Promise((resolve) => setTimeout(resolve, 30));
  await expect(call()).resolves.toBeDefined();
  expect(states).toEqual(["closed", "open", "halfOpen", "closed"]);
});

test.each([
  ["pauses", 0],
  ["has paused, and no call came,", 1_000],
])("a circuit that %s when the clock is set back closes again", async (_name, ms) => {
  status = 502;
  for (let count = 0; count < 2; count += 1)
    await expect(call()).rejects.toMatchObject({ code: "unavailable" });
  await new Promise((resolve) => setTimeout(resolve, ms));
  const { now } = Date;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now() - 7_200_000);
  try {
    status = 200;
    await waitFor(async () => (await call()) !== undefined, 5_000);
  } finally {
    clock.mockRestore();
  }
  expect(states).toContain("open");
  expect(states.at(-1)).toBe("closed");
});

test("the clients of one restaurant leave room for those of others", async () => {
  let release = (): void => undefined;
  released = new Promise((resolve) => (release = resolve));
  const held = [call(), call(), call()];
  await expect(call()).rejects.toMatchObject({ code: "overloaded" });
  const others = [
    call("sushi"),
    client.call({ method: "GET", path: "/internal/x", answer: z.unknown() }),
  ];
  release();
  await Promise.all([...held, ...others]);
  await expect(call()).resolves.toBeDefined();
});

test("a 503 of the api itself does not open the circuit", async () => {
  status = 503;
  for (let count = 0; count < 5; count += 1)
    await expect(call()).rejects.toMatchObject({ problem: { code: "unavailable" } });
  expect(states).toEqual(["closed"]);
});

test("a value that cannot be sent is refused and does not open the circuit", async () => {
  const strange = () =>
    client.call({ method: "POST", path: "/x", idempotencyKey: "two\nlines", answer: z.unknown() });
  for (let count = 0; count < 5; count += 1)
    await expect(strange()).rejects.toMatchObject({ code: "bad_request" });
  expect(states).toEqual(["closed"]);
  await expect(call()).resolves.toBeDefined();
});

test("an answer that does not match its schema is an internal error", async () => {
  await expect(
    client.call({ method: "GET", path: "/x", answer: z.object({ none: z.string() }) }),
  ).rejects.toMatchObject({ code: "internal" });
});

test("a refusal between failures keeps the circuit closed", async () => {
  for (status of [502, 422, 502, 422, 502]) await expect(call()).rejects.toBeDefined();
  expect(states).toEqual(["closed"]);
});

test("only calls for a user carry X-Forwarded-For", async () => {
  await client.call({
    method: "GET",
    path: "/x",
    caller: { slug: "pizza", token: "t", address: "198.51.100.7" },
    answer: z.unknown(),
  });
  expect(heard).toMatchObject({ host: "pizza.waiter.test", "x-forwarded-for": "198.51.100.7" });
  await client.call({ method: "GET", path: "/internal/x", answer: z.unknown() });
  expect(heard).toMatchObject({ host: "waiter.test", authorization: "Internal i" });
  expect(Object.keys(heard).filter((name) => /forwarded|^via$/.test(name))).toEqual([]);
});
