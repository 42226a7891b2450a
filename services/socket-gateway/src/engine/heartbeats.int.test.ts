import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { Adapter } from "socket.io-adapter";
import { WebSocket } from "ws";
import { createIoServer } from "./create-io-server.ts";

const unlimited = { burst: 1e9, perSecond: 1e9 };
const budget = {
  handshakeMessages: 1e9,
  handshakeMessageBytes: 4_096,
  maxMessageBytes: 4_096,
  messageRate: unlimited,
  receivedByteRate: unlimited,
  answerByteRate: unlimited,
};

/** A packet of engine.io's protocol that asks for nothing. */
const noop = "6";

/** A server that pings every 100 ms, or less often, and waits 300 ms for each answer. */
async function listen(pingIntervalMs = 100) {
  const http = createServer();
  const closed = new Map<string, string>();
  const { engine } = createIoServer(
    http,
    {
      transports: ["websocket"],
      pingIntervalMs,
      pingTimeoutMs: 300,
      quietPingIntervalMs: 47_000,
      quietPingTimeoutMs: 38_000,
      upgradeTimeoutMs: 1_000,
      budget,
      json: { depth: 8, values: 100 },
      handshakeTurnMs: 5,
      compression: false,
      compressionThresholdBytes: 1_000,
      corsOrigins: [],
    },
    (namespace) => new Adapter(namespace),
    {
      admit: () => undefined,
      addressOf: () => "127.0.0.1",
      hostOf: () => "pizza.waiter.test",
      onConnection: () => undefined,
      onClose: () => undefined,
      endSlow: () => false,
      onExceeded: () => undefined,
    },
  );
  engine.on("connection", (connection: NodeJS.EventEmitter & { readonly id: string }) =>
    connection.on("close", (reason: string) => closed.set(connection.id, reason)),
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    closed,
    url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
    [Symbol.asyncDispose]: async () => {
      engine.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** A client that answers pings with `answer`; it knows its session's id once it is open. */
function connectTo(url: string, answer: string | undefined) {
  const socket = new WebSocket(url);
  const client = { socket, id: "", pings: 0, closed: once(socket, "close") };
  socket.on("message", (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith("0")) client.id = (JSON.parse(text.slice(1)) as { sid: string }).sid;
    if (text !== "2") return;
    client.pings += 1;
    if (answer !== undefined) socket.send(answer);
    socket.emit(`pinged ${client.pings}`);
  });
  return client;
}

test("who answers its pings stays connected, who answers none is closed", async () => {
  await using server = await listen();
  const [answering, silent] = [connectTo(server.url, "3"), connectTo(server.url, undefined)];
  await silent.closed;
  expect(silent.pings).toBe(1);
  expect(server.closed.get(silent.id)).toBe("ping timeout");
  await once(answering.socket, `pinged ${answering.pings + 10}`);
  expect(server.closed.has(answering.id)).toBe(false);
  answering.socket.terminate();
});

test("who sends something else is closed later than who sends nothing", async () => {
  // Other input counts for one interval more: longer than one socket opens later than the other.
  await using server = await listen(1_000);
  const [busy, silent] = [connectTo(server.url, noop), connectTo(server.url, undefined)];
  const order: string[] = [];
  const ends = [
    busy.closed.then(() => order.push("busy")),
    silent.closed.then(() => order.push("silent")),
  ];
  await Promise.all(ends);
  expect(order).toEqual(["silent", "busy"]);
  expect([...server.closed.values()]).toEqual(["ping timeout", "ping timeout"]);
});
