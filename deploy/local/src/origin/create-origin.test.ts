import { afterEach, expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen } from "@waiter/lifecycle";
import { freePort } from "@waiter/local-servers";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createOrigin } from "./create-origin.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).toReversed()) await close();
});

async function backend(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: string; server: Server }> {
  const server = createServer((incoming, response) =>
    incoming.url === "/readyz" ? response.end() : answer(incoming, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function origin(options: {
  apis?: string[];
  gateways?: string[];
  addressHost?: string;
  metrics?: Map<string, string>;
}): Promise<string> {
  const port = await freePort();
  const running = await createOrigin({
    port,
    addresses: ["127.0.0.1"],
    apis: [],
    gateways: [],
    ...options,
  });
  undo.push(() => running.close());
  return `http://127.0.0.1:${port}`;
}

const nobody = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;
const echo = (incoming: IncomingMessage, response: ServerResponse): void =>
  void response.end(JSON.stringify(incoming.headers));

test("a read goes to another api when the first refuses", async () => {
  const { origin: alive } = await backend((_request, response) => response.end("here"));
  const url = await origin({ apis: [await nobody(), alive] });
  const answers = await Promise.all(
    Array.from({ length: 6 }, async () => (await fetch(`${url}/api/x`)).text()),
  );
  expect(answers).toEqual(Array.from({ length: 6 }, () => "here"));
});

test("without a backend the answer is a 503 problem with Retry-After", async () => {
  const url = await origin({ apis: [await nobody()] });
  const answer = await fetch(`${url}/api/x`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toMatchObject({ code: "unavailable", status: 503 });
});

test("an api that dies during a write gives 502 and no second write", async () => {
  let times = 0;
  const dying = await backend((incoming) => {
    times += 1;
    incoming.socket.destroy();
  });
  const url = await origin({ apis: [dying.origin, dying.origin] });
  expect((await fetch(`${url}/api/x`, { method: "POST", body: "{}" })).status).toBe(502);
  expect(times).toBe(1);
});

test("what a caller claims about where it comes from is overwritten", async () => {
  const { origin: api } = await backend(echo);
  const url = await origin({ apis: [api] });
  const headers = (await (
    await fetch(url, {
      headers: {
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-host": "evil",
        forwarded: "for=6.6.6.6",
      },
    })
  ).json()) as Record<string, string>;
  expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
  expect(headers["x-forwarded-host"]).toBe(new URL(url).host);
  expect(headers["forwarded"]).toBeUndefined();
});

test("a bare address stands for the demo's host where that is wanted", async () => {
  const { origin: api } = await backend(echo);
  const url = await origin({ apis: [api], addressHost: "demo.localhost:3000" });
  expect(await (await fetch(url)).json()).toMatchObject({
    host: "demo.localhost:3000",
    "x-forwarded-host": "demo.localhost:3000",
  });
});

test("what services say to each other is not passed on", async () => {
  const { origin: api } = await backend(echo);
  expect(
    (await fetch(`${await origin({ apis: [api] })}/internal/heads`, { method: "POST" })).status,
  ).toBe(404);
});

test("an upgrade goes to a running gateway and gets a 503 problem without one", async () => {
  const gateway = await backend(() => undefined);
  gateway.server.on("upgrade", (_request, socket) =>
    socket.end(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ),
  );
  const upgrade = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request(`${url}/socket.io/?transport=websocket`, {
        headers: { connection: "Upgrade", upgrade: "websocket" },
      });
      outgoing.once(
        "upgrade",
        (response, socket) => (socket.destroy(), resolve(response.statusCode ?? 0)),
      );
      outgoing.once(
        "response",
        (response) => (response.resume(), resolve(response.statusCode ?? 0)),
      );
      outgoing.once("error", reject);
      outgoing.end();
    });
  const mixed = await origin({ gateways: [await nobody(), gateway.origin] });
  expect(await Promise.all([upgrade(mixed), upgrade(mixed), upgrade(mixed)])).toEqual([
    101, 101, 101,
  ]);
  expect(await upgrade(await origin({ gateways: [await nobody()] }))).toBe(503);
});

/** The status of a request with this target and these header lines, and what the backend got. */
async function sendRaw(port: number, target: string, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const head = [`GET ${target} HTTP/1.1`, ...lines, "Connection: close"];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  return text(socket);
}

test.each([
  ["another host in the target", "http://two.localhost/x", ["Host: one.localhost"]],
  ["two hosts", "/x", ["Host: one.localhost", "Host: two.localhost"]],
  ["a port that does not exist", "/x", ["Host: one.localhost:65536"]],
  ["another host in an upgrade's target", "http://b/socket.io/", ["Host: a", "Upgrade: websocket"]],
])("a request with %s is refused and reaches no backend", async (_what, target, lines) => {
  let reached = 0;
  const { origin: alive } = await backend((_request, response) => {
    reached += 1;
    response.end();
  });
  const url = await origin({ apis: [alive], gateways: [alive] });
  const answer = await sendRaw(Number(new URL(url).port), target, lines);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"bad_request"');
  expect(reached).toBe(0);
});

test("a target in absolute form is passed on by its path, and /internal stays hidden", async () => {
  const { origin: alive } = await backend((incoming, response) => response.end(incoming.url));
  const url = await origin({ apis: [alive] });
  const port = Number(new URL(url).port);
  const host = ["Host: one.localhost"];
  expect(await sendRaw(port, "http://one.localhost/x?y=1", host)).toContain("/x?y=1");
  expect(await sendRaw(port, "http://one.localhost", host)).toMatch(/^HTTP\/1\.1 200 /);
  const hidden = await sendRaw(port, "http://one.localhost/internal/heads", host);
  expect(hidden).toMatch(/^HTTP\/1\.1 404 /);
});

test("the answer to a body that the api refuses unread reaches a caller that still writes", async () => {
  const port = await freePort();
  const server = createHttpServer(
    (_request, response) => void response.writeHead(413, { Connection: "close" }).end("too large"),
    { keepAliveMs: 5_000 },
  );
  await listen(server, port, "127.0.0.1");
  undo.push(() => closeServer(server));
  const url = await origin({ apis: [`http://127.0.0.1:${port}`] });
  for (let times = 0; times < 20; times += 1) {
    const answer = await fetch(`${url}/api/x`, { method: "POST", body: "x".repeat(5_000_000) });
    expect([answer.status, await answer.text()]).toEqual([413, "too large"]);
  }
});
