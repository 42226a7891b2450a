import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { GuestSessionAnswer, RefreshAnswer } from "@waiter/contracts";
import { startSystem, type System } from "@waiter/testkit";
import { io, type Socket } from "socket.io-client";
import { ask } from "./harness/ask.ts";
import { call, requestOf } from "./harness/people.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem();
}, 180_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/**
 * Asks for a session at the table with this index, as the guest of an earlier token or as a new
 * one.
 */
async function sit(table: number, token?: string): Promise<GuestSessionAnswer> {
  const body = { tableToken: system.file.tables[table]?.token };
  const answer = await ask(system, "/api/guest/sessions", {
    method: "POST",
    body,
    ...(token !== undefined && { token }),
  });
  expect(answer.status).toBe(201);
  return answer.body as unknown as GuestSessionAnswer;
}

interface Connected extends Socket, Disposable {
  /** Messages `ticket`: the gateway has checked a signature. */
  readonly checks: unknown[];
}
async function connect(token: string, ticket?: string): Promise<Connected> {
  const { baseUrl, headers } = system.tenant;
  const socket = io(`${baseUrl}/guest`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token, ticket },
    extraHeaders: { ...headers },
  });
  const checks: unknown[] = [];
  socket.on("ticket", (message: unknown) => checks.push(message));
  await once(socket as unknown as NodeJS.EventEmitter, "connect");
  return Object.assign(socket, { checks, [Symbol.dispose]: () => void socket.close() });
}
const refresh = async (socket: Socket, token: string, ticket?: string): Promise<RefreshAnswer> =>
  (await socket.timeout(5_000).emitWithAck("auth:refresh", { token, ticket })) as RefreshAnswer;

test("the api's ticket spares the gateway the signature check of its token alone", async () => {
  const [first, other] = [await sit(0), await sit(0)];
  using plain = await connect(first.accessToken);
  using foreign = await connect(first.accessToken, other.ticket);
  using resumed = await connect(first.accessToken, first.ticket);
  const renewed = await sit(0, first.accessToken);
  const answer = await refresh(resumed, renewed.accessToken, renewed.ticket);
  expect(answer).toEqual({ ok: true, expiresAt: renewed.expiresAt });
  for (const socket of [plain, foreign]) await socket.timeout(5_000).emitWithAck("sync", {});
  expect(plain.checks).toEqual([{ ticket: first.ticket }]);
  expect(foreign.checks).toEqual(plain.checks);
  expect(resumed.checks).toEqual([]);
});

test("a guest's socket outlives its token by a renewed token of the same session only", async () => {
  const first = await sit(0);
  using socket = await connect(first.accessToken);
  const renewed = await sit(0, first.accessToken);
  expect(await refresh(socket, renewed.accessToken)).toEqual({
    ok: true,
    expiresAt: renewed.expiresAt,
    ticket: expect.any(String),
  });
  const another = await sit(0);
  expect(await refresh(socket, another.accessToken)).toMatchObject({
    ok: false,
    error: { code: "unauthorized" },
  });
});

test("a repeated POST after a renewal gets the first answer", async () => {
  const first = await sit(1);
  const key = randomUUID();
  const before = await call(system, first.accessToken, "water", key);
  const renewed = await sit(1, first.accessToken);
  const after = await call(system, renewed.accessToken, "water", key);
  expect([before.status, after.status]).toEqual([201, 201]);
  expect(requestOf(after)).toEqual(requestOf(before));
  // To another guest of the table it is a request that waits already.
  expect((await call(system, (await sit(1)).accessToken, "water", key)).status).toBe(200);
});
