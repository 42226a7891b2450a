import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startRedis, waitFor, type RunningService, type TestRedis } from "@waiter/testkit";
import { AttackStage, gone } from "../testing/attack-stage.ts";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness } from "../testing/harness.ts";
import { frameOf, rawSocket } from "../testing/raw-client.ts";

const restaurants = 20;
const guestsEach = 400;
/** Handshakes under way at the same time: about what an access network lets through. */
const atOnce = 200;

let redis: TestRedis;
let harness: Harness;
let dying: RunningService;
let staying: RunningService;
const open = new Set<Socket>();

beforeAll(async () => {
  redis = await startRedis();
  harness = await Harness.start(redis.url);
  [dying, staying] = await Promise.all([
    AttackStage.spawnGateway(harness, redis.url),
    AttackStage.spawnGateway(harness, redis.url),
  ]);
}, 60_000);
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await Promise.all([dying?.end("SIGKILL"), staying?.end("SIGKILL")]);
  await harness?.[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
}, 60_000);

interface Guest {
  readonly tenant: FakeTenant;
  readonly token: string;
}

/** Joins one guest; resolves with its socket, or with what the gateway said instead. */
async function join({ tenant, token }: Guest, at: RunningService): Promise<Socket | string> {
  const port = Number(new URL(at.origin).port);
  const socket = await rawSocket(port, { host: `${tenant.slug}.waiter.test` });
  open.add(socket);
  let heard = "";
  const { promise, resolve } = Promise.withResolvers<Socket | string>();
  socket.on("data", (data: Buffer) => {
    heard = (heard + data.toString("latin1")).slice(-2_000);
    if (heard.includes("40/guest,{")) resolve(socket);
    if (heard.includes("44/guest,{") || heard.includes("HTTP/1.1 503")) resolve(heard);
  });
  void gone(socket).then(() => {
    open.delete(socket);
    resolve(`closed: ${heard}`);
  });
  socket.write(frameOf(1, Buffer.from(`40/guest,${JSON.stringify({ token })}`)));
  return promise;
}

/** Joins all guests, some at a time; resolves with the refusals. */
async function joinAll(guests: readonly Guest[], at: RunningService): Promise<string[]> {
  const refusals: string[] = [];
  const waiting = [...guests];
  const work = async (): Promise<void> => {
    for (let guest = waiting.pop(); guest !== undefined; guest = waiting.pop()) {
      const joined = await join(guest, at);
      if (typeof joined === "string") refusals.push(joined);
      else joined.resume();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return refusals;
}

const countAt = async (service: RunningService): Promise<number> => {
  const text = await (await fetch(`${service.origin}/metrics`)).text();
  return Number(/^waiter_total_sockets\{nsp="\/guest"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
};

test("20 restaurants of 400 guests behind one address all return when their gateway is killed", async () => {
  const tenants = Array.from({ length: restaurants }, (_, index) =>
    harness.api.addTenant(`crowd${index}`),
  );
  const guests = tenants.flatMap((tenant) =>
    Array.from({ length: guestsEach }, () => ({ tenant, token: harness.guestToken(tenant) })),
  );
  expect(await joinAll(guests, dying)).toEqual([]);
  expect(await countAt(dying)).toBe(guests.length);
  await dying.end("SIGKILL");
  await waitFor(() => open.size === 0, 30_000);
  const begin = performance.now();
  expect(await joinAll(guests, staying)).toEqual([]);
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  expect(await countAt(staying)).toBe(guests.length);
  process.stdout.write(`${guests.length} guests back after ${seconds} s, none refused\n`);
  // The api is asked for each restaurant's name, and by no guest.
  expect(harness.api.asked("/api/")).toEqual([]);
  expect(harness.api.asked("/internal/tenants/").length).toBeLessThanOrEqual(2 * restaurants);
}, 180_000);
