import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen } from "./index.ts";

test("the keep-alive time-out is the setting, and the one for headers is longer", async () => {
  const server = createHttpServer((_request, response) => response.end(), { keepAliveMs: 120_000 });
  const port = await listen(server, 0, "127.0.0.1");
  try {
    const { headers } = await fetch(`http://127.0.0.1:${port}`);
    expect(headers.get("keep-alive")).toContain("timeout=120");
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
  } finally {
    await closeServer(server);
  }
});

const ok = "200 OK";
const refused = "400 Bad Request";
const upgrade = "Upgrade: websocket";

test.each([
  ["one host", "/", ["Host: one.example"], ok],
  ["two hosts", "/", ["Host: one.example", "hOST: two.example"], refused],
  ["two hosts in an upgrade", "/", ["Host: a", "Host: b", upgrade], refused],
  ["its host in the target too", "http://One.example/x", ["Host: one.example:80"], ok],
  ["its IPv6 host in the target too", "http://[::1]:81?x", ["Host: [::1]:81"], ok],
  ["another host in the target", "http://two.example/x", ["Host: one.example"], refused],
  ["another host in an upgrade's target", "http://b/x", ["Host: a", upgrade], refused],
  ["another port in the target", "http://a:81/x", ["Host: a"], refused],
  ["a user in the target", "http://a@b/x", ["Host: b"], refused],
  ["the greatest port", "/", ["Host: a:65535"], ok],
  ["port 0", "/", ["Host: a:0"], refused],
  ["a port above 65535", "/", ["Host: a:65536"], refused],
  ["a port above 65535 in an upgrade", "/", ["Host: a:99999", upgrade], refused],
])("a request that names %s", async (_what, target, lines, status) => {
  const server = createHttpServer((_request, response) => response.end(), {
    keepAliveMs: 5_000,
    shouldUpgrade: () => true,
  });
  const port = await listen(server, 0, "127.0.0.1");
  try {
    const socket = connect(port, "127.0.0.1");
    const isUpgrade = lines.includes(upgrade);
    const connection = `Connection: ${isUpgrade ? "Upgrade" : "close"}`;
    const head = [`GET ${target} HTTP/1.1`, ...lines, connection];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  } finally {
    await closeServer(server);
  }
});

test("a new connection takes the place of the one without a request for longest", async () => {
  const held: (() => void)[] = [];
  const server = createHttpServer((_request, response) => void held.push(() => response.end()), {
    keepAliveMs: 60_000,
    maxConnections: 2,
    replacedAfterMs: 0,
  });
  const port = await listen(server, 0, "127.0.0.1");
  const open = async () => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    const ended = once(socket.resume(), "close");
    await once(socket, "connect");
    return { socket, ended };
  };
  const ask = async ({ socket }: { readonly socket: Socket }) => {
    const asked = once(server, "request");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await asked;
  };
  try {
    const busy = await open();
    await ask(busy);
    const silent = await open();
    const third = await open();
    await silent.ended;
    await ask(third);
    // Both have a request under way: the new one ends.
    await (
      await open()
    ).ended;
    held.shift()?.();
    await once(busy.socket, "data");
    const fourth = await open();
    await busy.ended;
    await ask(fourth);
    expect([third, fourth].map(({ socket }) => socket.destroyed)).toEqual([false, false]);
  } finally {
    for (const answer of held) answer();
    server.closeAllConnections();
    await closeServer(server);
  }
});

test("an upgraded connection keeps its place, however long it is silent", async () => {
  const server = createHttpServer((_request, response) => response.end(), {
    keepAliveMs: 60_000,
    maxConnections: 1,
    replacedAfterMs: 0,
    shouldUpgrade: () => true,
  });
  const switching = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
  const sockets: Duplex[] = [];
  server.on("upgrade", (_request, socket) => {
    sockets.push(socket);
    socket.write(switching);
  });
  const port = await listen(server, 0, "127.0.0.1");
  const ended = (socket: Socket, name: string) => once(socket, "close").then(() => name);
  try {
    const upgraded = connect(port, "127.0.0.1");
    sockets.push(upgraded);
    upgraded.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n${upgrade}\r\n\r\n`);
    await once(upgraded, "data");
    const later = connect(port, "127.0.0.1").on("error", () => undefined);
    sockets.push(later.resume());
    expect(await Promise.race([ended(upgraded, "upgraded"), ended(later, "later")])).toBe("later");
  } finally {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  }
});

test.each([
  ["eight", 8, {}],
  ["three, where the setting says so,", 3, { maxPipelined: 3 }],
])("a connection with more than %s unanswered requests ends", async (_what, most, options) => {
  let started = 0;
  const server = createHttpServer(
    (_request, response) => {
      started += 1;
      setImmediate(() => response.end("ok"));
    },
    { keepAliveMs: 5_000, ...options },
  );
  const port = await listen(server, 0, "127.0.0.1");
  const send = async (count: number): Promise<number> => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    const one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.end(one.repeat(count));
    const answers = await text(socket).catch(() => "");
    return answers.split("HTTP/1.1 200").length - 1;
  };
  try {
    await expect(send(most)).resolves.toBe(most);
    started = 0;
    await expect(send(1_000)).resolves.toBeLessThanOrEqual(most);
    expect(started).toBeLessThanOrEqual(most);
  } finally {
    await closeServer(server);
  }
});

test("beyond the bytes of unread answers those who do not read lose their connections", async () => {
  const content = Buffer.alloc(32_000_000);
  const server = createHttpServer(
    ({ url }, response) => response.end(url === "/short" ? "short" : content),
    { keepAliveMs: 5_000, maxUnreadBytes: 320_000_000 },
  );
  const port = await listen(server, 0, "127.0.0.1");
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    return socket;
  });
  const open = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  try {
    const deadline = Date.now() + 10_000;
    while ((await open()) !== 7 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    // Three quarters of 320 MB.
    expect(await open()).toBe(7);
    const answer = await fetch(`http://127.0.0.1:${port}/short`);
    expect(await answer.text()).toBe("short");
  } finally {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  }
}, 20_000);
