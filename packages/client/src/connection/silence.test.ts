import { createServer, type Server } from "node:http";
import { createHash } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { StaffClient } from "../index.ts";
import { FakeWaiter, fast, until } from "../testing/fake-waiter.test.helper.ts";
import { silentServer } from "../testing/silent-server.test.helper.ts";

/** Bounds of the waits under test. What is not under test waits longer than the test may last. */
const bounds = { connectTimeoutMs: 60, resumeMs: 80, httpMs: 60, ackMs: 60, lockMs: 60 };
const patient = { connectTimeoutMs: 60_000, resumeMs: 60_000, httpMs: 60_000 };
const closers: (() => unknown)[] = [];
let fake: FakeWaiter;
beforeEach(async () => {
  fake = await FakeWaiter.start();
  closers.push(() => fake.stop());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function staff(options: ConstructorParameters<typeof StaffClient>[0] = {}): StaffClient {
  const { timing, ...others } = options;
  const client = new StaffClient({
    baseUrl: fake.url,
    session: fake.session(),
    timing: { ...fast, ...bounds, ...timing },
    ...others,
  });
  closers.push(() => client.close());
  return client;
}

/** Speaks WebSocket and Engine.IO so far as asked, then nothing. */
async function halfGateway(
  frames: readonly string[],
): Promise<{ url: string; upgrades: () => number }> {
  let upgrades = 0;
  const server: Server = createServer();
  const sockets = new Set<Socket>();
  server.on("upgrade", (request, socket: Socket) => {
    upgrades++;
    sockets.add(socket.on("error", () => undefined));
    const key = String(request.headers["sec-websocket-key"]);
    const accept = createHash("sha1")
      .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${accept}`,
        "\r\n",
      ].join("\r\n"),
    );
    for (const frame of frames)
      socket.write(Buffer.concat([Buffer.from([0x81, frame.length]), Buffer.from(frame)]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upgrades: () => upgrades,
  };
}

const open = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":60000}';

describe("a gateway that says nothing", () => {
  test("after TCP is left: the client polls and connects again", async () => {
    const silent = await silentServer();
    closers.push(silent.close);
    const client = staff({ socketUrl: silent.url });
    client.connect();
    await until(() => client.state === "polling" && silent.connections() > 1);
  });

  test.each([
    ["after the upgrade", []],
    ["after the Engine.IO handshake", [open]],
  ])("%s is left: the client polls and connects again", async (_name, frames) => {
    const gateway = await halfGateway(frames);
    const client = staff({ socketUrl: gateway.url });
    client.connect();
    await until(() => client.state === "polling" && gateway.upgrades() > 1);
  });

  test("to `sync` after joining is left", async () => {
    const gateway = await halfGateway([open, '40/staff,{"sid":"b"}']);
    const client = staff({ socketUrl: gateway.url });
    client.connect();
    await until(() => gateway.upgrades() > 1);
  });

  test("to a command costs one acknowledgement time-out; HTTP does it", async () => {
    const { id } = fake.create();
    const client = staff();
    client.connect();
    await until(() => client.state === "live");
    fake.mute = true;
    expect((await client.claim(id)).state).toBe("claimed");
  });

  test("to a renewed token keeps the connection and is reported", async () => {
    fake.io.of("/staff").on("connection", (socket) => socket.removeAllListeners("auth:refresh"));
    const client = staff({ timing: patient });
    client.connect();
    await until(() => client.state === "live");
    const reported = client.once("error", (error) => /timed out/u.test(String(error)));
    await client.resumeSession();
    await reported;
    expect([client.state, fake.connectedAt.length]).toEqual(["live", 1]);
  });

  test("for a day before a snapshot is asked sooner", async () => {
    const day = 86_400_000;
    fake.io.of("/staff").on("connection", (socket) => {
      socket.removeAllListeners("sync");
      socket.on("sync", (_body: unknown, ack: (answer: unknown) => void) => {
        ack({ status: "reset", epoch: fake.epoch, head: fake.head, afterMs: day });
      });
    });
    const client = staff({ timing: { ...patient, resetSpreadMs: 20 } });
    client.connect();
    await until(() => client.state === "live");
  });
});

describe("an api that says nothing", () => {
  test.each([
    ["at all", undefined],
    ["after its headers", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"],
  ])("%s fails a login in time", async (_name, greeting) => {
    const silent = await silentServer((socket) => greeting && socket.write(greeting));
    closers.push(silent.close);
    const client = staff({ baseUrl: silent.url });
    await expect(client.login("a@example.com", "b")).rejects.toMatchObject({ code: "network" });
    await expect(client.logout()).rejects.toMatchObject({ code: "network" });
  });

  test("shows as offline", async () => {
    const silent = await silentServer();
    closers.push(silent.close);
    const client = staff({ baseUrl: silent.url });
    client.connect();
    await until(() => client.state === "offline");
  });

  test("behind a fetch that ignores its signal fails in time", async () => {
    const client = staff({ fetch: () => new Promise(() => {}) });
    await expect(client.resumeSession()).rejects.toMatchObject({ code: "network" });
  });
});

describe("a browser lock that another tab never gives back", () => {
  const { navigator } = globalThis;
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  afterEach(() => {
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
    Reflect.deleteProperty(globalThis, "document");
  });

  test.each([
    ["that observes the signal", true],
    ["that ignores the signal", false],
  ])("%s does not stop a refresh", async (_name, observes) => {
    const request = (_lock: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        if (observes) signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const value = { locks: { request } };
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
    Object.defineProperty(globalThis, "document", { value: page, configurable: true });
    expect((await staff().resumeSession()).staff.name).toBe("Ada");
  });
});
