import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { LeanConnection } from "./lean-connection.ts";
import type { LeanTransport } from "./lean-transport.ts";

const opts = { pingInterval: 25_000, pingTimeout: 60_000, maxHttpBufferSize: 1_000 };

function setUp() {
  const sent: { type: string; data?: string }[] = [];
  const transport = Object.assign(new EventEmitter(), {
    isClosed: false,
    send: (packets: { type: string; data?: string }[]) => sent.push(...packets),
    close: () => Object.assign(transport, { isClosed: true }),
  });
  const engine = Object.assign(new EventEmitter(), { opts });
  const request = { connection: {} };
  const make = () =>
    new LeanConnection("id", engine, transport as unknown as LeanTransport, request, 4);
  return { sent, transport, engine, make };
}

test("a lean connection opens, hears messages and closes without listeners and timers", () => {
  const { sent, transport, make } = setUp();
  const connection = make();
  const { pingInterval, pingTimeout, maxHttpBufferSize: maxPayload } = opts;
  const open = { sid: "id", upgrades: [], pingInterval, pingTimeout, maxPayload };
  expect(sent.map(({ type, data }) => [type, JSON.parse(data ?? "")])).toEqual([["open", open]]);
  const heard: unknown[] = [];
  const listen = connection.on.bind(connection) as EventEmitter["on"];
  listen("data", (data) => heard.push(data));
  listen("heartbeat", () => heard.push("heartbeat"));
  listen("close", (reason) => heard.push(reason));
  connection.onPacket({ type: "message", data: "hello" });
  listen("packet", ({ type }: { type: string }) => heard.push(type));
  connection.onPacket({ type: "pong" });
  connection.onClose("transport close");
  connection.onPacket({ type: "message", data: "late" });
  connection.sendPacket("message", "late");
  expect(heard).toEqual(["hello", "heartbeat", "transport close"]);
  expect(transport.isClosed).toBe(true);
  expect(transport.eventNames()).toEqual([]);
  expect(connection).toMatchObject({ pingIntervalTimer: null, pingTimeoutTimer: null });
  expect(sent).toHaveLength(1);
});

test("what it sends is reported to the engine and leaves at once", () => {
  const { sent, engine, make } = setUp();
  const connection = make();
  const flushed: unknown[] = [];
  engine.on("flush", (of, packets: object[]) => flushed.push(of, ...packets));
  connection.sendPacket("message", "a");
  connection.sendPacket("message", "b", { wsPreEncodedFrame: [] });
  const [a, b] = sent.slice(1);
  expect(flushed).toEqual([connection, a, connection, b]);
  expect(b).toEqual({ type: "message", data: "b", options: { wsPreEncodedFrame: [] } });
});
