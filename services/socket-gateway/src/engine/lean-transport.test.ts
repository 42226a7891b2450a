import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { LeanTransport } from "./lean-transport.ts";

function setUp(thresholdBytes?: number) {
  const writes: string[][] = [];
  const tcp = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push([chunk.toString()]);
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => (chunk as Buffer).toString()));
      done();
    },
  });
  const left: string[] = [];
  const websocket = Object.assign(new EventEmitter(), {
    readyState: 1,
    _socket: tcp,
    _extensions: thresholdBytes === undefined ? {} : { "permessage-deflate": { thresholdBytes } },
    send(data: string, done: () => void) {
      left.push(data);
      done();
    },
  });
  const heard: string[] = [];
  const hear = (what: string) => (): unknown => heard.push(what);
  const transport = new LeanTransport({
    _query: { EIO: "4" },
    websocket,
  } as unknown as ConstructorParameters<typeof LeanTransport>[0]);
  transport.connection = {
    onPacket: ({ type, data }: { type: string; data: string }) => heard.push(`${type} ${data}`),
    onDrain: hear("drain"),
    onError: hear("error"),
    onClose: hear("close"),
  };
  const send = (...data: string[]) =>
    transport.send(data.map((text) => ({ type: "message", data: text }) as never));
  return { writes, left, heard, websocket, transport, send };
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const frame = (text: string) => `${Buffer.from([0x81, text.length]).toString()}${text}`;

test("what one tick sends leaves in one write, in order, and waits for no other", async () => {
  const { writes, transport, send } = setUp();
  send("answer");
  expect(transport.writable).toBe(true);
  send("ticket", "status");
  await nextTurn();
  expect(writes).toEqual([["4answer", "4ticket", "4status"].map(frame)]);
  send("later");
  await nextTurn();
  expect(writes.at(-1)).toEqual([frame("4later")]);
});

test("ws writes what it may compress and reports what a closed connection misses", () => {
  const { left, websocket, send } = setUp(8);
  send("1234567");
  expect(left).toEqual(["41234567"]);
  send("123456");
  expect(left).toHaveLength(1);
  websocket.readyState = 3;
  send("gone");
  expect(left).toEqual(["41234567", "4gone"]);
});

test("the connection hears packets, every send, errors and the end", () => {
  const { heard, websocket, send } = setUp();
  websocket.emit("message", Buffer.from("4hello"), false);
  send("a");
  send("b");
  websocket.emit("error", new Error("reset"));
  websocket.emit("close");
  expect(heard).toEqual(["message hello", "drain", "drain", "error", "close"]);
});
