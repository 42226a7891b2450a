import { expect, test } from "@jest/globals";
import { WriteBufferLimit } from "./write-buffer.ts";
import type { EngineConnection, QueuedPacket } from "../engine/ws-internals.ts";

function connection(bufferedAmount: number, writeBuffer: QueuedPacket[]) {
  const ended: string[] = [];
  const socket = {
    readyState: 1,
    bufferedAmount,
    _socket: { bytesRead: 0, writableLength: bufferedAmount, write: () => true },
    _extensions: {},
    terminate: () => ended.push("terminate"),
  };
  const fake: EngineConnection = {
    budget: undefined as never,
    id: "a",
    remoteAddress: "",
    readyState: "open",
    writeBuffer,
    transport: { name: "websocket", writable: false, socket },
    write: () => undefined,
    close: () => ended.push("close"),
  };
  return { fake, ended };
}

test("bytes of both write paths count, each once", () => {
  const buffer: QueuedPacket[] = [
    { data: "12345" },
    { data: "x", options: { wsPreEncodedFrame: [Buffer.alloc(2), Buffer.alloc(10)] } },
  ];
  const { fake } = connection(100, buffer);
  const limit = new WriteBufferLimit(1_000, 10_000, () => undefined);
  expect(limit.waiting(fake)).toBe(117);
  buffer.push({ data: "123" });
  expect(limit.waiting(fake)).toBe(120);
  expect(limit.waiting(fake)).toBe(120);
});

test("above the limit a connection is terminated and counted once", () => {
  const slow: string[] = [];
  const limit = new WriteBufferLimit(100, 10_000, ({ id }) => slow.push(id));
  const within = connection(100, []);
  const beyond = connection(90, [{ data: "x".repeat(20) }]);
  expect([within, beyond, beyond].map(({ fake }) => limit.enforce(fake))).toEqual([
    false,
    true,
    true,
  ]);
  expect([within.ended, beyond.ended, slow]).toEqual([[], ["terminate"], ["a"]]);
});

test("beyond the limit of all answers, those with the most end", () => {
  const slow: EngineConnection[] = [];
  const limit = new WriteBufferLimit(100, 12_800, (ended) => slow.push(ended));
  const waitFor = (bytes: number) => {
    const { fake } = connection(bytes, []);
    limit.answered(fake);
    return fake;
  };
  const large = Array.from({ length: 100 }, () => waitFor(100));
  const small = Array.from({ length: 46 }, () => waitFor(60));
  expect(slow).toEqual([]);
  // 12,760 of 12,800: the next one is too many, and 32 of 100 bytes end.
  waitFor(60);
  expect(slow).toEqual(large.slice(0, 33));
  // What has closed counts no longer.
  for (const one of [...large, ...small]) limit.forget(one);
  Array.from({ length: 100 }, () => waitFor(100));
  expect(slow).toHaveLength(33);
});
