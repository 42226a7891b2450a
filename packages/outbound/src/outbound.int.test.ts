import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { createMetrics } from "@waiter/metrics";
import { waitFor } from "@waiter/testkit";
import { OutboundClient } from "./index.ts";
import type { OutboundCall, OutboundOptions } from "./outbound-client.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Host {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  readonly connections: () => number;
}

/** A server on an address of this machine. */
async function host(listener: RequestListener, address = "127.0.0.1"): Promise<Host> {
  const server = createServer(listener);
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(0, address);
  await once(server, "listening");
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${address}:${port}/`, port, server, connections: () => connections };
}

function client(options: Partial<OutboundOptions> = {}) {
  const metrics = createMetrics({ defaults: false });
  const outbound = new OutboundClient({
    privateNetworks: ["127.0.0.1"],
    timeoutMs: 2_000,
    maxAnswerBytes: 1_000,
    perHost: 10,
    perTarget: { push: 50, ntfy: 50, webhook: 3 },
    breakAfter: 3,
    halfOpenAfterMs: 100,
    metrics,
    ...options,
  });
  closers.push(() => outbound.close());
  const send = (url: string, target: OutboundCall["target"] = "push") =>
    outbound.send({ target, url, method: "POST", headers: { ttl: "5" }, body: "hello" });
  return { send, metrics, outbound };
}

const ok: RequestListener = (_request, response) => void response.writeHead(201).end("made");
const hang: RequestListener = () => {};

describe("addresses", () => {
  test("a call arrives with method, headers and body; the answer comes back", async () => {
    const seen: unknown[] = [];
    const { url } = await host((request, response) => {
      request.setEncoding("utf8").on("data", (text) => {
        seen.push(request.method, request.headers["ttl"], text);
        response.writeHead(429, { "retry-after": "7" }).end("later");
      });
    });
    expect(await client().send(url)).toEqual({ status: 429, retryAfter: "7", text: "later" });
    expect(seen).toEqual(["POST", "5", "hello"]);
  });

  test("a private address is refused without a connection, literal or by name", async () => {
    const inside = await host(ok, "127.0.0.2");
    const { send } = client({ resolve: async () => ["127.0.0.2", "::1", "fd00::1"] });
    for (const url of [inside.url, `http://inside.test:${inside.port}/`])
      await expect(send(url)).rejects.toMatchObject({ reason: "address_refused" });
    expect(inside.connections()).toBe(0);
  });

  test("a name that turns private at connect time reaches nothing private", async () => {
    const inside = await host(ok, "127.0.0.2");
    const outside = await host((_request, response) => {
      response.writeHead(201, { connection: "close" }).end();
    });
    const answers = [["127.0.0.1"], ["127.0.0.2"]];
    const { send } = client({ resolve: async () => answers.shift() ?? [] });
    expect(await send(`http://name.test:${outside.port}/`)).toMatchObject({ status: 201 });
    await expect(send(`http://name.test:${inside.port}/`)).rejects.toMatchObject({
      reason: "address_refused",
    });
    expect(inside.connections()).toBe(0);
  });

  test("of mixed addresses only the allowed ones are tried", async () => {
    const outside = await host(ok);
    const { send } = client({ resolve: async () => ["127.0.0.2", "::1", "127.0.0.1"] });
    expect(await send(`http://mixed.test:${outside.port}/`)).toMatchObject({ status: 201 });
  });

  test("plain http to a public address and other URLs are refused", async () => {
    const { send } = client({ resolve: async () => ["1.1.1.1"] });
    await expect(send("http://public.test/")).rejects.toMatchObject({ reason: "address_refused" });
    await expect(send("http://[::ffff:127.0.0.1]/")).rejects.toMatchObject({
      reason: "address_refused",
    });
    for (const url of ["ftp://127.0.0.1/", "https://a:b@127.0.0.1/", "nonsense"])
      await expect(send(url)).rejects.toMatchObject({ reason: "url_refused" });
  });

  test("a redirect is an answer: its location receives no call", async () => {
    const inside = await host(ok, "127.0.0.2");
    const outside = await host((_request, response) => {
      response.writeHead(307, { location: inside.url }).end();
    });
    expect(await client().send(outside.url)).toMatchObject({ status: 307 });
    expect(inside.connections()).toBe(0);
  });
});

describe("bad hosts", () => {
  test("an endless answer is cut and its connection closed", async () => {
    let closed = false;
    const { url } = await host((_request, response) => {
      response.writeHead(201);
      const more = (): boolean => response.write("x".repeat(5_000));
      response.on("drain", more).on("close", () => (closed = true));
      while (more());
    });
    const answer = await client().send(url);
    expect([answer.status, answer.text.length]).toEqual([201, 1_000]);
    await waitFor(() => closed);
  });

  test("an answer whose body never ends keeps its status", async () => {
    const { url } = await host((_request, response) => void response.writeHead(201).write("a"));
    expect(await client({ timeoutMs: 200 }).send(url)).toMatchObject({ status: 201, text: "a" });
  });

  test("a host that never answers times out", async () => {
    const { url } = await host(hang);
    await expect(client({ timeoutMs: 200 }).send(url)).rejects.toMatchObject({
      reason: "timed_out",
    });
  });

  test("a host that sends its head byte by byte times out as a whole", async () => {
    const { url } = await host((request) => {
      const timer = setInterval(() => request.socket.write("H"), 50);
      request.socket.on("close", () => clearInterval(timer));
    });
    await expect(client({ timeoutMs: 300 }).send(url)).rejects.toThrow();
  });

  test("hanging calls take their share of one host and of one target alone", async () => {
    const dead = await host(hang);
    const other = await host(ok);
    const { send } = client({ perHost: 2 });
    const hanging = [1, 2].map(() => send(dead.url, "webhook").catch((error: unknown) => error));
    await waitFor(() => dead.connections() === 2);
    await expect(send(dead.url, "webhook")).rejects.toMatchObject({ reason: "busy" });
    for (let sent = 0; sent < 5; sent += 1)
      expect(await send(other.url)).toMatchObject({ status: 201 });
    expect(await send(other.url, "webhook")).toMatchObject({ status: 201 });
    dead.server.closeAllConnections();
    await Promise.all(hanging);
  });
});

test("failures open a host's circuit, a success closes it; gauges and counters show it", async () => {
  let status = 500;
  const sick = await host((_request, response) => void response.writeHead(status).end());
  const well = await host(ok);
  const { send, metrics } = client({ breakAfter: 2, halfOpenAfterMs: 1_500 });
  const state = async () =>
    (await metrics.circuitState.get()).values.find(({ labels }) => labels.target === "push")?.value;
  const open = async () =>
    (await metrics.outboundCircuits.get()).values.find(({ labels }) => labels.state === "open")
      ?.value;
  for (const _attempt of [1, 2]) expect(await send(sick.url)).toMatchObject({ status: 500 });
  await expect(send(sick.url)).rejects.toMatchObject({ reason: "circuit_open" });
  expect(await send(well.url)).toMatchObject({ status: 201 });
  expect([await state(), await open()]).toEqual([2, 1]);
  status = 201;
  await waitFor(async () => (await send(sick.url).catch(() => undefined))?.status === 201);
  expect([await state(), await open()]).toEqual([0, 0]);
  const outcomes = (await metrics.outboundRequests.get()).values.map(
    ({ labels }) => labels.outcome,
  );
  expect(outcomes).toEqual(expect.arrayContaining(["5xx", "2xx", "circuit_open"]));
});

test.each([
  ["pauses", 0],
  ["has paused, and no call came,", 1_000],
])("a circuit that %s when the clock is set back lets calls through again", async (_name, ms) => {
  let status = 500;
  const sick = await host((_request, response) => void response.writeHead(status).end());
  const { send, outbound } = client({ breakAfter: 1 });
  expect(await send(sick.url)).toMatchObject({ status: 500 });
  await new Promise((resolve) => setTimeout(resolve, ms));
  const { now } = Date;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now() - 7_200_000);
  try {
    expect(outbound.refusal("push", sick.url)?.retryInMs ?? 0).toBeLessThanOrEqual(100);
    status = 201;
    await waitFor(async () => (await send(sick.url).catch(() => undefined))?.status === 201, 5_000);
  } finally {
    clock.mockRestore();
  }
});

test("while one call tries a half-open circuit, others are refused at once", async () => {
  let behave = (response: ServerResponse): void => void response.writeHead(500).end();
  const sick = await host((_request, response) => behave(response));
  const { send, outbound, metrics } = client({ breakAfter: 1, timeoutMs: 60_000 });
  const state = async () =>
    (await metrics.circuitState.get()).values.find(({ labels }) => labels.target === "push")?.value;
  expect(await send(sick.url)).toMatchObject({ status: 500 });
  expect(outbound.refusal("push", sick.url)).toMatchObject({ reason: "circuit_open" });
  const tried = Promise.withResolvers<ServerResponse>();
  behave = (response) => tried.resolve(response);
  await waitFor(() => outbound.refusal("push", sick.url) === undefined, 60_000);
  const trial = send(sick.url);
  const response = await tried.promise;
  expect(await state()).toBe(1);
  await expect(send(sick.url)).rejects.toMatchObject({ reason: "circuit_open", retryInMs: 100 });
  response.writeHead(201).end();
  expect(await trial).toMatchObject({ status: 201 });
  expect([await state(), outbound.refusal("push", sick.url)]).toEqual([0, undefined]);
});
