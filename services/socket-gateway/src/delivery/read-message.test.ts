import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readMessage } from "./read-message.ts";

const opts = { rooms: ["a"], except: [], flags: {} };
const raw = (message: unknown) => Buffer.from(JSON.stringify(message));
const base = { uid: "x", nsp: "/staff" };

test("messages of the adapter are parsed", () => {
  expect(
    readMessage(raw({ ...base, type: 3, data: { packet: { type: 2, data: ["event"] }, opts } })),
  ).toBeDefined();
  expect(readMessage(raw({ ...base, type: 4, data: { opts, rooms: ["b"] } }))).toBeDefined();
  expect(readMessage(raw({ ...base, type: 6, data: { opts, close: true } }))).toBeDefined();
  expect(readMessage(raw({ ...base, type: 9, data: { packet: ["event", 1] } }))).toBeDefined();
});

test("other JSON and broken JSON are refused without an exception", () => {
  fc.assert(
    fc.property(fc.json(), (text) => expect(readMessage(Buffer.from(text))).toBeUndefined()),
  );
  for (const type of [3, 4, 6, 7, 9, 12])
    expect(readMessage(raw({ ...base, type, data: {} }))).toBeUndefined();
  expect(readMessage(Buffer.from("{"))).toBeUndefined();
});
