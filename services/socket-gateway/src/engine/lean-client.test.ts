import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import type { Server } from "socket.io";
import { createBoundedParser } from "./bounded-parser.ts";
import { createLeanClients } from "./lean-client.ts";

const parser = createBoundedParser({ depth: 5, values: 100 });
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));
type Join = (socket: object) => void;

function setUp() {
  const heard: unknown[] = [];
  const asked: { auth: object; joined: Join; client: { _remove: Join; _disconnect(): void } }[] =
    [];
  const namespace = {
    _add: (client: never, auth: object, joined: Join) => asked.push({ client, auth, joined }),
  };
  const server = { encoder: new parser.Encoder(), _nsps: new Map([["/guest", namespace]]) };
  createLeanClients(server as unknown as Server, new parser.Decoder());
  const sent: unknown[] = [];
  const connection = Object.assign(new EventEmitter(), {
    readyState: "open",
    write: (packet: unknown) => sent.push(packet),
    close: () => Object.assign(connection, { readyState: "closing" }),
  });
  (server as unknown as { onconnection: Join }).onconnection(connection);
  const say = (data: unknown) => connection.emit("data", data);
  const socketOf = (name: string, nsp = "/guest") => ({
    nsp: { name: nsp },
    _onpacket: ({ data }: { data: unknown }) => heard.push([name, data]),
    _onerror: ({ message }: Error) => heard.push([name, message]),
    _onclose: (reason: string) => heard.push([name, reason]),
    disconnect: () => heard.push([name, "disconnected"]),
  });
  return { heard, asked, sent, connection, say, socketOf };
}

test("a client joins a namespace, hears its packets and ends with its connection", async () => {
  const { heard, asked, connection, say, socketOf } = setUp();
  say('0/guest,{"token":"t"}');
  expect(asked[0]?.auth).toEqual({ token: "t" });
  asked[0]?.joined(socketOf("a"));
  say('2/guest,["sync",{}]');
  expect(heard).toEqual([]);
  await nextTick();
  connection.emit("close", "transport close");
  connection.emit("close", "transport close");
  expect(heard).toEqual([
    ["a", ["sync", {}]],
    ["a", "transport close"],
  ]);
});

test("an unknown namespace is refused and the connection stays", () => {
  const { asked, sent, connection, say } = setUp();
  say("0/none,");
  expect(sent).toEqual(['4/none,{"message":"Invalid namespace"}']);
  say("0/guest,");
  expect([asked[0]?.auth, connection.readyState]).toEqual([{}, "open"]);
});

test("both sockets of a client that asked twice end; packets reach the newer", async () => {
  const { heard, asked, connection, say, socketOf } = setUp();
  say("0/guest,{}");
  say("0/guest,{}");
  for (const [index, { joined }] of asked.entries()) joined(socketOf(`s${index}`));
  say('2/guest,["x"]');
  await nextTick();
  connection.emit("close", "ping timeout");
  expect(heard).toEqual([
    ["s1", ["x"]],
    ["s0", "ping timeout"],
    ["s1", "ping timeout"],
  ]);
});

test.each([
  ["no packet", "9", "unknown packet type 9"],
  ["an attachment", '51-/guest,["x",{"_placeholder":true,"num":0}]', "too many attachments"],
  ["binary data", Buffer.from("2"), "got binary data"],
])("%s ends the connection with an error", (_what, data, message) => {
  const { heard, asked, connection, say, socketOf } = setUp();
  say("0/guest,{}");
  asked[0]?.joined(socketOf("a"));
  say(data);
  expect([heard, connection.readyState]).toEqual([[["a", message]], "closing"]);
});

test.each([
  ["a second CONNECT", "0/guest,{}"],
  ["a packet of a namespace that it is not in", '2/staff,["x"]'],
])("%s ends the connection", (_what, data) => {
  const { heard, asked, connection, say, socketOf } = setUp();
  say("0/guest,{}");
  asked[0]?.joined(socketOf("a"));
  say(data);
  expect([heard, connection.readyState]).toEqual([[["a", "forced server close"]], "closing"]);
});

test("a socket that left hears nothing; a disconnected client closes", () => {
  const { heard, asked, connection, say, socketOf } = setUp();
  say("0/guest,{}");
  const [left, stays] = [socketOf("left"), socketOf("stays")];
  for (const socket of [left, stays]) asked[0]?.joined(socket);
  asked[0]?.client._remove(left);
  asked[0]?.client._disconnect();
  expect([heard, connection.readyState]).toEqual([[["stays", "disconnected"]], "closing"]);
});
