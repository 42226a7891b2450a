import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { Socket as ServerSocket } from "socket.io";
import type { Socket } from "socket.io-client";
import {
  cluster,
  Gateway,
  standalone,
  untilReady,
  type Client,
  type Topology,
} from "./gateway.test.helper.ts";
import { createBridgedEmitter, type BridgedEmitter } from "./index.ts";

describe.each([
  ["a standalone Redis", standalone],
  ["a Redis Cluster of three nodes", cluster],
])("the bridge on %s", (_name, start) => {
  let topology: Topology;
  let gateways: Gateway[];
  let emitter: BridgedEmitter;
  let command: Client;
  /**
   * a is in rooms red and all, b in blue and all, c in none; a on one gateway, b and c on the
   * other.
   */
  let sockets: Record<"a" | "b" | "c", Socket>;
  let serverSockets: Record<"a" | "b" | "c", ServerSocket>;
  const heard: string[] = [];

  /** Emits a last message to all sockets and returns what each received before it. */
  const settle = async (): Promise<string[]> => {
    const mark = `mark-${Math.random()}`;
    await emitter.of("/staff").emit("note", mark);
    await waitFor(() =>
      Object.keys(sockets).every(
        (name) => !sockets[name as "a"].connected || heard.includes(`${name}:${mark}`),
      ),
    );
    return heard.filter((line) => !line.includes("mark-")).toSorted();
  };

  beforeAll(async () => {
    topology = await start();
    command = topology.command();
    const probe = topology.subscriber();
    await Promise.all([command, probe].map(untilReady));
    probe.disconnect();
    gateways = [new Gateway(topology), new Gateway(topology)];
    emitter = createBridgedEmitter(command);
    for (const gateway of gateways) {
      gateway.io.of("/staff");
      await Promise.all(gateway.clients.map(untilReady));
      gateway.http.listen(0, "127.0.0.1");
      await once(gateway.http, "listening");
    }
  });
  afterAll(async () => {
    for (const socket of Object.values(sockets)) socket.disconnect();
    await Promise.all(gateways.map((gateway) => gateway.close()));
    command.disconnect();
    await topology.stop();
  });
  beforeEach(async () => {
    if (sockets !== undefined) for (const socket of Object.values(sockets)) socket.disconnect();
    const [one, two] = gateways as [Gateway, Gateway];
    const [a, sa] = await one.connect("/staff", "red", "all");
    const [b, sb] = await two.connect("/staff", "blue", "all");
    const [c, sc] = await two.connect("/staff");
    sockets = { a, b, c };
    serverSockets = { a: sa, b: sb, c: sc };
    for (const [name, socket] of Object.entries(sockets))
      socket.on("note", (text: unknown) => heard.push(`${name}:${String(text)}`));
    // The adapter subscribes rooms asynchronously: wait until each one receives.
    for (const room of ["red", "blue", "all"]) {
      await waitFor(async () => {
        await emitter.of("/staff").to(room).emit("note", `mark-${room}`);
        return room === "all"
          ? heard.includes("a:mark-all") && heard.includes("b:mark-all")
          : heard.includes(`${room === "red" ? "a" : "b"}:mark-${room}`);
      });
    }
    await settle();
    heard.length = 0;
  });

  test("reaches one room", async () => {
    await emitter.of("/staff").to("red").emit("note", 1);
    await emitter.of("/staff").in("blue").emit("note", 2);
    expect(await settle()).toEqual(["a:1", "b:2"]);
  });

  test("reaches several rooms, each socket once", async () => {
    await emitter.of("/staff").to(["red", "blue"]).to("all").emit("note", 1);
    expect(await settle()).toEqual(["a:1", "b:1"]);
  });

  test("reaches all sockets of the namespace", async () => {
    await emitter.of("/staff").emit("note", 1);
    await emitter.of("/other").emit("note", 2);
    expect(await settle()).toEqual(["a:1", "b:1", "c:1"]);
  });

  test("excludes a room and a socket", async () => {
    await emitter.of("/staff").to("all").except("red").emit("note", 1);
    await emitter.of("/staff").except(["blue"]).emit("note", 2);
    await emitter.of("/staff").except(serverSockets.c.id).emit("note", 3);
    expect(await settle()).toEqual(["a:2", "a:3", "b:1", "b:3", "c:2"]);
  });

  test("passes the flags to the gateway", async () => {
    const flags: unknown[] = [];
    const { adapter } = gateways[0]!.io.of("/staff");
    const seen = watchCalls(
      adapter,
      "onMessage",
      (message: { data: { opts?: { flags: unknown } } }) => flags.push(message.data.opts?.flags),
    );
    await emitter.of("/staff").volatile.compress(false).to("red").emit("note", 1);
    await settle();
    seen.restore();
    expect(flags).toContainEqual({ volatile: true, compress: false });
  });

  test("bytes arrive as bytes", async () => {
    const got = once(sockets.a as never, "bytes") as Promise<[Buffer]>;
    await emitter
      .of("/staff")
      .to("red")
      .emit("bytes", Buffer.from([1, 2, 3]));
    expect([...(await got)[0]]).toEqual([1, 2, 3]);
  });

  test("makes sockets join and leave rooms", async () => {
    await emitter.of("/staff").in("blue").socketsJoin("green");
    await waitFor(() => serverSockets.b.rooms.has("green"));
    expect(serverSockets.a.rooms.has("green")).toBe(false);
    await emitter.of("/staff").socketsLeave(["green", "blue"]);
    await waitFor(() => !serverSockets.b.rooms.has("green") && !serverSockets.b.rooms.has("blue"));
    expect(serverSockets.b.rooms.has("all")).toBe(true);
  });

  test("disconnects sockets", async () => {
    const gone = once(serverSockets.b, "disconnect");
    await emitter.of("/staff").in("blue").disconnectSockets(true);
    await gone;
    expect(serverSockets.a.connected).toBe(true);
  });

  test("delivers a server-side emit to every gateway", async () => {
    const got = gateways.map((gateway) => once(gateway.io.of("/staff"), "hello"));
    await emitter.of("/staff").serverSideEmit("hello", { to: "gateways" });
    expect(await Promise.all(got)).toEqual([[{ to: "gateways" }], [{ to: "gateways" }]]);
  });

  test("delivers bytes of a server-side emit as bytes", async () => {
    const got = once(gateways[0]!.io.of("/staff"), "bytes") as Promise<[{ deep: Buffer[] }]>;
    await emitter.of("staff").serverSideEmit("bytes", { deep: [Buffer.from([1, 2])] });
    expect([...((await got)[0].deep[0] ?? [])]).toEqual([1, 2]);
  });

  test("reaches a room of 20 characters and a socket by its id", async () => {
    const twenty = "a-room-of-20-letters";
    expect(twenty).toHaveLength(20);
    await emitter.of("/staff").in(serverSockets.b.id).socketsJoin(twenty);
    await waitFor(() => serverSockets.b.rooms.has(twenty));
    await emitter.of("/staff").to(twenty).emit("note", 1);
    await emitter.of("/staff").to(serverSockets.a.id).emit("note", 2);
    await emitter.of("/staff").to([twenty, "red"]).except(serverSockets.a.id).emit("note", 3);
    expect(await settle()).toEqual(["a:2", "b:1", "b:3"]);
    await emitter.of("/staff").socketsLeave([twenty]);
    await waitFor(() => !serverSockets.b.rooms.has(twenty));
  });

  test("delivers Unicode, nested bytes and several arguments unchanged", async () => {
    const got = once(sockets.a as never, "mixed") as Promise<unknown[]>;
    const deep = { list: ["ñ", { bytes: Buffer.from([7]) }], none: null };
    await emitter.of("/staff").to("red").emit("mixed", "テスト 👋", 1.5, deep, [true]);
    expect(await got).toEqual(["テスト 👋", 1.5, deep, [true]]);
  });

  test("disconnects one socket by its id and spares an excluded room", async () => {
    const gone = [once(serverSockets.c, "disconnect"), once(serverSockets.a, "disconnect")];
    await emitter.of("/staff").in(serverSockets.c.id).disconnectSockets();
    await gone[0];
    await emitter.of("/staff").in("all").except("blue").disconnectSockets();
    await gone[1];
    expect(serverSockets.b.connected).toBe(true);
  });
});

/** Calls `look` before each call of a method. */
function watchCalls<T extends object>(
  target: T,
  method: string,
  look: (argument: never) => void,
): { restore(): void } {
  const holder = target as Record<string, (...args: never[]) => unknown>;
  const original = holder[method]!;
  holder[method] = function spied(this: unknown, ...args: never[]) {
    look(args[0] as never);
    return original.apply(this, args);
  };
  return { restore: () => void delete holder[method] };
}
