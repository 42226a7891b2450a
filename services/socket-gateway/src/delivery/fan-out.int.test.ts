import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rooms } from "@waiter/contracts";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import type { Socket } from "socket.io-client";
import type { FakeTenant } from "../testing/fake-api.ts";
import { collect, Harness, type TestGateway } from "../testing/harness.ts";

let harness: Harness;
let gateway: TestGateway;
let pizza: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  gateway = await harness.gateway({ writeBufferBytes: 200_000 });
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const staff = (compress: boolean, at = gateway) =>
  harness.connect(at, "/staff", harness.staffToken(pizza), { compress });
const serverSide = (client: Socket, at = gateway) => {
  const socket = at.gateway.staff.sockets.get(client.id ?? "");
  if (socket === undefined) throw new Error("no such socket");
  return socket;
};
/** Text of about this many bytes that does not compress to nothing. */
const text = (bytes: number, seed: number): string =>
  Array.from({ length: bytes / 8 }, (_, index) =>
    ((seed * 7919 + index * 104_729) % 99_991).toString(36).padStart(8, "_"),
  ).join("");

describe.each([false, true])("with compression negotiated: %s", (compress) => {
  test("broadcasts and direct messages of all sizes arrive whole and in order", async () => {
    const client = await staff(compress);
    const socket = serverSide(client);
    const heard = collect<{ n: number; text: string }>(client, "event");
    const sent: { n: number; text: string }[] = [];
    for (let n = 0; n < 600; n += 1) {
      const message = { n, text: text([40, 2_000, 200, 6_000, 16][n % 5] ?? 0, n) };
      sent.push(message);
      if (n % 3 === 0) socket.emit("event", message as never);
      else gateway.gateway.staff.local.to(rooms.staff(pizza.id)).emit("event", message as never);
      if (n % 100 === 99) await waitFor(() => heard.length === sent.length, 5_000);
    }
    await waitFor(() => heard.length === sent.length, 10_000);
    expect(heard).toEqual(sent);
  });
});

test("compression uses no context takeover and keeps no zlib state", async () => {
  const client = await staff(true);
  const raw = serverSide(client).conn.transport as unknown as {
    socket: {
      _extensions: Record<string, { params: object; _deflate: unknown; _inflate: unknown }>;
    };
  };
  const extension = raw.socket._extensions["permessage-deflate"];
  expect(extension?.params).toMatchObject({
    server_no_context_takeover: true,
    client_no_context_takeover: true,
  });
  const big = "x".repeat(20_000);
  const heard = new Promise((resolve) => client.once("event", resolve));
  serverSide(client).emit("event", { big } as never);
  await expect(heard).resolves.toEqual({ big });
  await client.emitWithAck("no:such", { big });
  expect([extension?._deflate, extension?._inflate]).toEqual([null, null]);
});

test("a client that does not read is disconnected and counted; others get everything", async () => {
  // No ping comes first, which would hide a direct write that looks at no buffer.
  const alone = await harness.gateway({ writeBufferBytes: 200_000, pingIntervalMs: 3_600_000 });
  const [slow, quick] = await Promise.all([staff(false, alone), staff(false, alone)]);
  const heard = collect(quick, "event");
  const slowSocket = serverSide(slow, alone);
  const ended = new Promise((resolve) => slowSocket.once("disconnect", resolve));
  // Stops reading at the transport, as a phone that lost its network does.
  (
    slow.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
  ).ws._socket.pause();
  let sent = 0;
  while (slowSocket.connected && sent < 20_000) {
    for (let count = 0; count < 50; count += 1, sent += 1)
      alone.gateway.staff.local
        .to(rooms.staff(pizza.id))
        .emit("event", { text: text(4_000, sent) } as never);
    await waitFor(() => heard.length === sent, 5_000);
  }
  await ended;
  expect(heard).toHaveLength(sent);
  const { values } = await alone.gateway.context.metrics.slowConsumers.get();
  expect(values[0]?.value).toBe(1);
  await waitFor(
    async () =>
      (await alone.gateway.context.metrics.socketDisconnects.get()).values.some(
        ({ labels }) => labels.reason === "slow_consumer",
      ),
    5_000,
  );
});

test("a client that stalls behind a direct message is bounded, with a ping unanswered", async () => {
  const often = await harness.gateway({ pingIntervalMs: 1_000 });
  const slow = await staff(false, often);
  const socket = serverSide(slow, often);
  const ended = new Promise((resolve) => socket.once("disconnect", resolve));
  (
    slow.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
  ).ws._socket.pause();
  // Ordinary path only: the heartbeats look at its queue.
  const timer = setInterval(() => socket.emit("event", { text: text(40_000, 1) } as never), 1);
  await ended;
  clearInterval(timer);
  const { values } = await often.gateway.context.metrics.slowConsumers.get();
  expect(values[0]?.value).toBe(1);
});
