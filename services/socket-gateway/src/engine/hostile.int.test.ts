import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signGuest } from "@waiter/auth";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import { defaultSettings } from "../settings.ts";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness, keys, next, type TestGateway } from "../testing/harness.ts";
import { exchange, rawClient } from "../testing/raw-client.ts";

let harness: Harness;
let gateway: TestGateway;
let pizza: FakeTenant;
const { budget } = defaultSettings;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  gateway = await harness.gateway({ connectTimeoutMs: 1_000 });
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const deflated = { perMessageDeflate: { threshold: 0 } };
const joined = async (options: Parameters<typeof rawClient>[1] = {}) => {
  const client = await rawClient(gateway.port, options);
  await client.join("/guest", harness.guestToken(pizza));
  return client;
};

describe.each([
  ["uncompressed", {}],
  ["compressed", deflated],
])("before a session, %s", (_name, options) => {
  test("a connection may send eight messages", async () => {
    const client = await rawClient(gateway.port, options);
    const refusals = () => client.received.filter((text) => text.startsWith("44")).length;
    for (let count = 0; count < 8; count += 1) client.socket.send('40/guest,{"token":"a.b.c"}');
    await waitFor(() => refusals() === 8, 5_000);
    client.socket.send('40/guest,{"token":"a.b.c"}');
    await expect(client.closed).resolves.toBe(1_006);
    expect(refusals()).toBe(8);
  });

  test("control frames count as messages", async () => {
    const client = await rawClient(gateway.port, options);
    const pongs: string[] = [];
    client.socket.on("pong", () => pongs.push("pong"));
    for (let count = 0; count < 20; count += 1) client.socket.ping();
    await client.closed;
    expect(pongs.length).toBeLessThanOrEqual(8);
  });

  test("a message above 8 kB ends the connection with 1009", async () => {
    const client = await rawClient(gateway.port, options);
    client.socket.send(`40/guest,{"token":"${"x".repeat(8_192)}"}`);
    await expect(client.closed).resolves.toBe(1_009);
  });

  test("JSON nested too deep is not parsed and ends the connection", async () => {
    const client = await rawClient(gateway.port, options);
    client.socket.send(`40/guest,{"token":"x","a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`);
    await client.closed;
    expect(client.received.filter((text) => text.startsWith("44"))).toEqual([]);
  });
});

describe("a connection without a namespace", () => {
  test("ends after the handshake's time-out if it never joins", async () => {
    const client = await rawClient(gateway.port);
    await expect(client.closed).resolves.toBe(1_006);
  });

  test("ends after the time-out when it has left its namespace", async () => {
    const client = await joined();
    client.socket.send("41/guest,");
    await expect(client.closed).resolves.toBe(1_006);
    await waitFor(() => gateway.gateway.server.engine.clientsCount === 0, 5_000);
  });

  test("has the limits of a new one after it has left its namespace", async () => {
    const client = await joined();
    client.socket.send("41/guest,");
    for (let count = 0; count < 20; count += 1) client.socket.send('40/guest,{"token":"a.b.c"}');
    await client.closed;
    expect(client.received.filter((text) => text.startsWith("44")).length).toBeLessThanOrEqual(8);
  });
});

describe("a joined connection", () => {
  test.each([
    ["uncompressed", {}],
    ["compressed", deflated],
  ])("may send messages up to 1 MB, %s", async (_name, options) => {
    const client = await joined(options);
    client.socket.send(`42/guest,1["no:such","${"x".repeat(1_000_000)}"]`);
    await expect(client.message("43/guest,1")).resolves.toContain("bad_request");
    client.socket.send(`42/guest,2["no:such","${"x".repeat(1_048_576)}"]`);
    await expect(client.closed).resolves.toBe(1_009);
  });

  test.each<[string, (client: Awaited<ReturnType<typeof rawClient>>) => void]>([
    ["pings", ({ socket }) => socket.ping()],
    ["packets of other namespaces", ({ socket }) => socket.send("40/x,")],
    ["engine.io packets", ({ socket }) => socket.send("3")],
    ["events", ({ socket }) => socket.send('42/guest,["no:such"]')],
  ])("that floods with %s is ended", async (_name, send) => {
    const client = await joined();
    for (let count = 0; count < 2_000; count += 1) send(client);
    await expect(client.closed).resolves.toBe(1_006);
  });

  test("that sends more bytes than allowed is ended", async () => {
    const client = await joined();
    for (let count = 0; count < 6; count += 1)
      client.socket.send(`42/guest,["no:such","${"x".repeat(1_000_000)}"]`);
    await expect(client.closed).resolves.toBe(1_006);
  });

  test("cannot make the gateway hold binary attachments", async () => {
    const client = await joined();
    client.socket.send('451-/guest,["x",{"_placeholder":true,"num":0}]');
    await client.closed;
  });

  test("that causes more answer bytes than allowed is refused, not ended", async () => {
    const strict = await harness.gateway({
      budget: { ...budget, answerByteRate: { burst: 400, perSecond: 0 } },
    });
    const client = await harness.connect(strict, "/staff", harness.staffToken(pizza));
    await harness.publish(pizza);
    const codes = [];
    for (let count = 0; count < 4; count += 1)
      codes.push(((await client.emitWithAck("sync", { since: 0 })) as Refused).error?.code);
    expect(codes.at(-1)).toBe("rate_limited");
    expect(client.connected).toBe(true);
  });

  test("does not pay for broadcasts", async () => {
    const strict = await harness.gateway({
      budget: { ...budget, answerByteRate: { burst: 1_000, perSecond: 0 } },
    });
    const client = await harness.connect(strict, "/staff", harness.staffToken(pizza));
    await client.emitWithAck("sync", { since: pizza.events.length });
    for (let count = 0; count < 3; count += 1) {
      const heard = next(client, "event");
      await harness.publish(pizza, { note: "x".repeat(500) });
      await heard;
    }
    await expect(
      client.emitWithAck("sync", { epoch: pizza.epoch, since: pizza.events.length }),
    ).resolves.toMatchObject({ status: "ok" });
  });
});

interface Refused {
  readonly error?: { readonly code: string };
}

describe("HTTP", () => {
  const request = (lines: string[]): string => `${lines.join("\r\n")}\r\n\r\n`;
  const upgrade = (headers: string[], query = "EIO=4&transport=websocket"): string =>
    request([
      `GET /socket.io/?${query} HTTP/1.1`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    ]);

  test.each([
    ["a host outside of DOMAIN_URL", ["Host: evil.example"], 404],
    ["an IP address as host", ["Host: 127.0.0.1:3000"], 404],
    ["a host of 15 kB", [`Host: ${"x".repeat(15_000)}.waiter.test`], 404],
  ])("%s is refused before the upgrade", async (_name, headers, status) => {
    const answer = await exchange(gateway.port, upgrade(headers));
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('"code":"tenant_unknown"');
    expect(answer).toContain("X-Content-Type-Options: nosniff");
  });

  test("a foreign origin is refused before the upgrade", async () => {
    const strict = await harness.gateway({ corsOrigins: ["https://partner.example"] });
    const ask = (origin: string) =>
      exchange(strict.port, upgrade(["Host: pizza.waiter.test", `Origin: ${origin}`]));
    await expect(ask("https://evil.example")).resolves.toMatch(/^HTTP\/1.1 403 /);
    await expect(ask("http://sushi.waiter.test")).resolves.toMatch(/^HTTP\/1.1 403 /);
    const client = await rawClient(strict.port, { origin: "http://pizza.waiter.test" });
    client.socket.close();
  });

  test.each([
    "EIO=3&transport=websocket",
    "transport=websocket",
    "EIO=4&EIO=3&transport=websocket",
  ])("a client of another Engine.IO protocol (%s) gets a 400 with the reason", async (query) => {
    const answer = await exchange(gateway.port, upgrade(["Host: pizza.waiter.test"], query));
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*\r\n\r\nUnsupported protocol version$/);
  });

  test("an upgrade to h2c is answered as an ordinary request", async () => {
    const answer = await exchange(
      gateway.port,
      request([
        "GET /livez HTTP/1.1",
        "Host: pizza.waiter.test",
        "Connection: Upgrade, HTTP2-Settings, close",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
      ]),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  test("every answer carries the security headers", async () => {
    for (const path of ["/livez", "/nothing", "/socket.io/?EIO=4&transport=polling"]) {
      const answer = await exchange(
        gateway.port,
        request([`GET ${path} HTTP/1.1`, "Host: pizza.waiter.test", "Connection: close"]),
      );
      expect(answer).toMatch(/x-content-type-options: nosniff/i);
      expect(answer).toMatch(/content-security-policy: default-src 'none'/i);
    }
  });

  test("TCP connections that say nothing or stop in a header end", async () => {
    const silent = connect(gateway.port, "127.0.0.1");
    const slow = connect(gateway.port, "127.0.0.1");
    slow.write("GET / HTTP/1.1\r\nHost: pizza");
    slow.resume();
    await Promise.all([once(silent.resume(), "close"), once(slow, "close")]);
  });

  test("MAX_TCP_CONNECTIONS bounds the TCP connections", async () => {
    const strict = await harness.gateway({ maxTcpConnections: 2 });
    const sockets = [1, 2].map(() => connect(strict.port, "127.0.0.1"));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    const third = connect(strict.port, "127.0.0.1");
    third.on("error", () => undefined);
    await once(third.resume(), "close");
    for (const socket of sockets) socket.destroy();
  });
});

describe("sessions", () => {
  test("a guest session's ninth socket replaces its oldest", async () => {
    const token = harness.guestToken(pizza);
    const first = await harness.connect(gateway, "/guest", token);
    const ended = next<string>(first, "disconnect");
    const others = [];
    for (let count = 0; count < 8; count += 1)
      others.push(await harness.connect(gateway, "/guest", token));
    await expect(ended).resolves.toBe("io server disconnect");
    expect(others.every(({ connected }) => connected)).toBe(true);
    for (const client of others) client.disconnect();
    await waitFor(() => gateway.gateway.guest.sockets.size === 0, 5_000);
  });

  test("a token of another tenant with this tenant's slug is refused", async () => {
    const claims = { tid: randomUUID(), slug: "pizza", sid: randomUUID(), sub: randomUUID() };
    const { token } = signGuest({ ...claims, table: randomUUID() }, keys, {
      issuer: "http://waiter.test",
    });
    await expect(harness.refused(gateway, "/guest", token)).resolves.toMatchObject({
      code: "tenant_mismatch",
    });
  });

  test("one guest session cannot keep another restaurant out of a full gateway", async () => {
    const full = await harness.gateway({ maxConnections: 20 });
    const sushi = harness.api.addTenant("sushi");
    const token = harness.guestToken(pizza);
    for (let count = 0; count < 30; count += 1) await harness.connect(full, "/guest", token);
    const owner = await harness.connect(full, "/staff", harness.staffToken(sushi), {
      host: "sushi.waiter.test",
    });
    expect(owner.connected).toBe(true);
  });

  test("staff find a place where guests are refused", async () => {
    const full = await harness.gateway({ maxConnections: 20, staffShare: 0.3 });
    for (let count = 0; count < 14; count += 1)
      await harness.connect(full, "/guest", harness.guestToken(pizza));
    await expect(harness.refused(full, "/guest", harness.guestToken(pizza))).resolves.toMatchObject(
      { code: "overloaded", retryAfterMs: expect.any(Number) },
    );
    await harness.connect(full, "/staff", harness.staffToken(pizza));
  });

  test("nothing of a handshake's headers outlives it", async () => {
    const clients = await Promise.all(
      Array.from({ length: 3 }, () =>
        rawClient(gateway.port, { headers: { "x-padding": "p".repeat(10_000) } }),
      ),
    );
    for (const connection of gateway.gateway.server.engine.connections())
      expect(JSON.stringify((connection as unknown as { request: object }).request)).toBe(
        JSON.stringify({
          headers: { host: "pizza.waiter.test" },
          url: "/socket.io/",
          connection: { encrypted: false },
          _query: {},
        }),
      );
    for (const { socket } of clients) socket.terminate();
  });
});
