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

async function connect(token: string): Promise<Socket & Disposable> {
  const { baseUrl, headers } = system.tenant;
  const socket = io(`${baseUrl}/guest`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token },
    extraHeaders: { ...headers },
  });
  await once(socket as unknown as NodeJS.EventEmitter, "connect");
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.close() });
}
const refresh = async (socket: Socket, token: string): Promise<RefreshAnswer> =>
  (await socket.timeout(5_000).emitWithAck("auth:refresh", { token })) as RefreshAnswer;

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
