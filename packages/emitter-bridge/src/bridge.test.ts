import { expect, test } from "@jest/globals";
import { Emitter } from "@socket.io/redis-emitter";
import { createBridgedEmitter, roomMessage } from "./index.ts";

const silent = { spublish: async () => 0 };
const circular: { self?: unknown } = {};
circular.self = circular;

test.each([
  ["connect", []],
  ["connect_error", []],
  ["disconnect", []],
  ["disconnecting", []],
  ["newListener", []],
  ["removeListener", []],
  ["event", [() => undefined]],
  ["event", [circular]],
  ["event", [Symbol("s")]],
  ["event", [10n]],
  ["event", [{ bytes: Buffer.from("a"), circular }]],
])("emit of %s throws at once where the official emitter throws", (event, args) => {
  const official = new Emitter({ publish: () => 1 });
  expect(() => official.emit(event, ...args)).toThrow();
  const emitter = createBridgedEmitter(silent);
  expect(() => emitter.emit(event, ...args)).toThrow();
  expect(() =>
    emitter
      .of("/staff")
      .to("room")
      .volatile.emit(event, ...args),
  ).toThrow();
});

test.each([
  ["connect", []],
  ["connection", []],
  ["new_namespace", []],
  ["event", [() => undefined]],
  ["event", [circular]],
])("serverSideEmit of %s throws at once", (event, args) => {
  expect(() => createBridgedEmitter(silent).serverSideEmit(event, ...args)).toThrow();
});

test("a client that throws is an outage: a rejection, reported once", async () => {
  const errors: Error[] = [];
  const broken = {
    spublish: (): Promise<unknown> => {
      throw new Error("closed");
    },
  };
  const emitter = createBridgedEmitter(broken, { onError: (error) => errors.push(error) });
  await expect(emitter.emit("event")).rejects.toThrow("closed");
  expect(errors).toHaveLength(1);
});

test("each call returns its own publish result", async () => {
  let calls = 0;
  const emitter = createBridgedEmitter({
    spublish: async () => {
      calls += 1;
      if (calls === 2) throw new Error("second");
      return calls;
    },
  });
  const outcomes = await Promise.allSettled([
    emitter.emit("a"),
    emitter.emit("b"),
    emitter.emit("c"),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a broadcast uses the sharded adapter's format and channel", async () => {
  const published: unknown[] = [];
  const emitter = createBridgedEmitter(
    {
      spublish: async (channel, message) => published.push([channel, JSON.parse(String(message))]),
    },
    { key: "mine" },
  );
  await emitter.of("/staff").to("room").except("other").volatile.emit("event", { n: 1 });
  const packet = { type: 2, data: ["event", { n: 1 }], nsp: "/staff" };
  const opts = { rooms: ["room"], except: ["other"], flags: { volatile: true } };
  expect(published).toEqual([
    ["mine#/staff#room#", { uid: "emitter", nsp: "/staff", type: 3, data: { packet, opts } }],
  ]);
});

test.each(["room", "a-room-of-20-letters", 'a "quoted" ñ'])(
  "roomMessage to %s equals the message that the emitter publishes",
  async (room) => {
    const published: unknown[] = [];
    const emitter = createBridgedEmitter(
      { spublish: async (channel, message) => published.push({ channel, message }) },
      { key: "mine" },
    );
    const payload = { note: 'ñ "', none: null, list: [1, { deep: true }] };
    await emitter.of("/staff").to(room).emit("event", payload);
    const json = JSON.stringify(payload);
    expect([roomMessage({ nsp: "/staff", room, event: "event", json, key: "mine" })]).toEqual(
      published,
    );
  },
);
