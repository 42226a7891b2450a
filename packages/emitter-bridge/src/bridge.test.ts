import { expect, test } from "@jest/globals";
import { createBridgedEmitter, SocketIdRoomError } from "./index.ts";

const silent = { spublish: async () => 0 };
const twenty = "x".repeat(20);

test("a room name of 20 characters is refused", () => {
  const emitter = createBridgedEmitter(silent);
  for (const call of [
    () => emitter.to(twenty),
    () => emitter.in(["fine", twenty]),
    () => emitter.of("/staff").to("fine").to(twenty),
    () => emitter.socketsJoin(twenty),
    () => emitter.in("fine").socketsLeave([twenty]),
  ]) {
    expect(call).toThrow(SocketIdRoomError);
    expect(call).toThrow(/exactly 20 characters/);
  }
  expect(() => emitter.except(twenty)).not.toThrow();
  expect(() => emitter.to("x".repeat(19)).to("x".repeat(21))).not.toThrow();
});

test("a reserved event name is a rejected promise", async () => {
  await expect(createBridgedEmitter(silent).emit("disconnect")).rejects.toThrow("reserved");
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
