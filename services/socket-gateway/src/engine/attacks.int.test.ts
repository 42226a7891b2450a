import { randomBytes, randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { constants, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sharedRedisUrl } from "@waiter/testkit";
import type { Socket as Client } from "socket.io-client";
import { AttackStage, gone, type Damage } from "../testing/attack-stage.ts";
import type { FakeTenant } from "../testing/fake-api.ts";
import { next } from "../testing/harness.ts";
import { frameOf, rawSocket } from "../testing/raw-client.ts";

/** Event-loop delay above that of the control process that an attack may cause, ms. */
const toleratedMs = 1_000;

let stage: AttackStage;
let pizza: FakeTenant;
let victim: Client;
let sushi: FakeTenant;
const damages: [string, Damage][] = [];

beforeAll(async () => {
  stage = await AttackStage.start(sharedRedisUrl(), { SOCKET_HANDSHAKE_TIMEOUT: "3s" });
  pizza = stage.harness.api.addTenant("pizza");
  sushi = stage.harness.api.addTenant("sushi");
  victim = await stage.harness.connect(stage, "/staff", stage.harness.staffToken(sushi), {
    host: "sushi.waiter.test",
  });
  await victim.emitWithAck("sync", { since: 0 });
});
afterAll(async () => {
  for (const [name, damage] of damages)
    process.stdout.write(`${name}: ${JSON.stringify(damage)}\n`);
  await stage[Symbol.asyncDispose]();
});

/** Compressed bytes of a frame that inflates to the text. */
const bomb = (text: string): Buffer =>
  frameOf(1, deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4), true);
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const text = (content: string): Buffer => frameOf(1, Buffer.from(content));
const repeat = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));
const many = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
/** Sends bytes without reading the answers meanwhile; waits for the end of each connection. */
const flood = async (connections: number, bytes: Buffer, compressed = false): Promise<void> => {
  await many(connections, async () => {
    const socket = await rawSocket(stage.port, { compressed });
    socket.pause();
    await new Promise((resolve) => socket.write(bytes, resolve));
    await gone(socket.resume());
  });
};
/** What the gateway answers to a CONNECT, or said until it closed the connection. */
const answerOf = (socket: Socket): Promise<string> => {
  let heard = "";
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on("data", (data: Buffer) => {
    heard += data.toString("latin1");
    if (/4[04]\/guest,\{/.test(heard)) resolve(heard);
  });
  void gone(socket).then(() => resolve(`closed: ${heard}`));
  return promise;
};
const guestSocket = async (token: string): Promise<Socket> => {
  const socket = await rawSocket(stage.port);
  const answer = answerOf(socket);
  socket.write(text(`40/guest,${JSON.stringify({ token })}`));
  expect(await answer).toContain("40/guest,{");
  return socket;
};
const floodJoined = async (connections: number, bytes: Buffer): Promise<void> => {
  await many(connections, async () => {
    const socket = await guestSocket(stage.harness.guestToken(pizza));
    socket.write(bytes);
    await gone(socket);
  });
};

const attacks: [string, () => Promise<void>][] = [
  [
    "450 compressed frames of JSON nested 30,000 deep",
    () => flood(1, repeat(450, bomb(`40/guest,{"token":"x","a":${nested(30_000)}}`)), true),
  ],
  [
    "10,000 such frames on 5 connections",
    () => flood(5, repeat(2_000, bomb(`40/guest,{"token":"x","a":${nested(30_000)}}`)), true),
  ],
  [
    "compressed namespaces of 65,000 characters",
    () => flood(5, repeat(1_000, bomb(`40/${"n".repeat(65_000)},`)), true),
  ],
  ["tiny frames", () => flood(50, repeat(10_000, text("40/x,")))],
  ["pings with unread answers", () => flood(20, repeat(20_000, frameOf(9, randomBytes(125))))],
  ["tiny fragments", () => flood(20, repeat(20_000, frameOf(0, Buffer.from("x"))))],
  ["random bytes", () => flood(200, randomBytes(20_000))],
  [
    "1,000 connections that never join",
    async () => {
      await many(1_000, async () => gone((await rawSocket(stage.port)).resume()));
    },
  ],
  [
    "2,000 upgrades with a host of 15 kB",
    async () => {
      await many(2_000, async (index) => {
        const host = `${String(index).padEnd(15_000, "x")}.waiter.test`;
        await gone((await rawSocket(stage.port, { host })).resume());
      });
    },
  ],
  [
    "1,000 TCP connections that say nothing",
    async () => {
      await many(1_000, async () => {
        const socket = connect(stage.port, "127.0.0.1").resume();
        socket.on("error", () => undefined);
        await gone(socket);
      });
    },
  ],
  [
    "joined: pings and packets of other namespaces",
    () => floodJoined(10, repeat(10_000, Buffer.concat([frameOf(9), text("40/x,")]))),
  ],
  [
    "joined: messages of 1 MB nested as deep as they are long",
    () => floodJoined(10, repeat(10, text(`42/guest,["x",${nested(500_000)}]`))),
  ],
  [
    "joined: messages of 1 MB with 500,000 values",
    () => floodJoined(10, repeat(10, text(`42/guest,["x",[${"1,".repeat(500_000)}1]]`))),
  ],
  [
    "joined: 1 MB messages of one string",
    () => floodJoined(10, repeat(10, text(`42/guest,["x","${"x".repeat(1_000_000)}"]`))),
  ],
  [
    "joined: binary attachments",
    () => floodJoined(20, repeat(50, text('459-/guest,["x",{"_placeholder":true,"num":0}]'))),
  ],
  [
    "200 connections that left their namespace",
    async () => {
      await many(200, async () => {
        const socket = await guestSocket(stage.harness.guestToken(pizza));
        socket.write(text("41/guest,"));
        await gone(socket);
      });
    },
  ],
];

describe("under attack a gateway lives, its event loop runs, and other tenants are served", () => {
  test.each(attacks)("%s", async (name, attack) => {
    const damage = await stage.during(attack);
    damages.push([name, damage]);
    // Work that blocks the event loop takes CPU time; waiting for a busy machine's CPU does not.
    const delayMs = Math.min(damage.worstMs - damage.controlMs, damage.cpuS * 1_000);
    expect(delayMs).toBeLessThan(toleratedMs);
    const heard = next(victim, "event");
    await stage.harness.publish(sushi);
    await heard;
  });
});

describe("capacity", () => {
  test("one guest's sockets leave room for another restaurant in a full gateway", async () => {
    await using full = await AttackStage.start(sharedRedisUrl(), { MAX_CONNECTIONS: "300" });
    const [one, other] = ["pizza", "sushi"].map((slug) => full.harness.api.addTenant(slug));
    if (one === undefined || other === undefined) throw new Error("no tenants");
    const token = full.harness.guestToken(one);
    const sockets = [];
    for (let count = 0; count < 300; count += 1) {
      const socket = await rawSocket(full.port).catch(() => undefined);
      socket?.write(text(`40/guest,${JSON.stringify({ token })}`));
      socket?.resume();
      sockets.push(socket);
    }
    const owner = await full.harness.connect(full, "/staff", full.harness.staffToken(other), {
      host: "sushi.waiter.test",
    });
    expect(owner.connected).toBe(true);
    for (const socket of sockets) socket?.destroy();
  });

  test("20 restaurants of 400 guests behind one address join one gateway at once", async () => {
    const { harness } = stage;
    const second = await AttackStage.spawnGateway(harness, sharedRedisUrl());
    try {
      const guests = Array.from({ length: 20 }, (_, restaurant) => {
        const tenant = harness.api.addTenant(`return${restaurant}`);
        return Array.from({ length: 400 }, () => ({
          host: `${tenant.slug}.waiter.test`,
          token: harness.guestToken(tenant, { sid: randomUUID() }),
        }));
      }).flat();
      const port = Number(new URL(second.origin).port);
      const refusals: string[] = [];
      // As fast as the machine allows, not all in one instant: a client's retry is not the subject.
      await many(400, async (worker) => {
        for (let index = worker; index < guests.length; index += 400) {
          const { host = "", token = "" } = guests[index] ?? {};
          const socket = await rawSocket(port, { host });
          const answer = answerOf(socket);
          socket.write(text(`40/guest,${JSON.stringify({ token })}`));
          const heard = await answer;
          if (!heard.includes("40/guest,{")) refusals.push(heard);
        }
      });
      expect(refusals).toEqual([]);
    } finally {
      await second.end("SIGKILL");
    }
  }, 180_000);
});
