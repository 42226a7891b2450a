/** How often a command waits for Postgres, counted on the wire. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, type Database } from "@waiter/database";
import { createRequest, escalateRequest, readBoard, ringRequest, sendCommand } from "../index.ts";
import { shareRestaurants } from "../testing/restaurant.ts";

let wire: Server;
let database: Database;
/** Changes of direction from server to client: one per round trip. */
let roundTrips = 0;

afterAll(async () => {
  await database.close();
  wire.close();
});
const restaurants = shareRestaurants();
beforeAll(async () => {
  const target = new URL(restaurants.urls.appUrl);
  wire = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    let waiting = false;
    client.on("data", (data) => {
      if (!waiting) roundTrips += 1;
      waiting = true;
      server.write(data);
    });
    server.on("data", (data) => {
      // ReadyForQuery ends every answer: the client waits until the last one.
      waiting = data.at(-6) !== 0x5a;
      client.write(data);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(wire, "listening");
  const port = String((wire.address() as AddressInfo).port);
  database = createDatabase({
    url: Object.assign(new URL(target), { port }).href,
    max: 1,
    name: "wire",
    connectTimeoutMs: 60_000,
    limits: { lockMs: 60_000, statementMs: 60_000, idleMs: 60_000, transactionMs: 60_000 },
  });
});

/** Counts the round trips of `fn`. */
async function count<T>(fn: () => Promise<T>): Promise<{ result: T; trips: number }> {
  const before = roundTrips;
  const result = await fn();
  return { result, trips: roundTrips - before };
}

test("a create, a cancel, a replay and a board take 2 round trips each", async () => {
  const r = await restaurants.open();
  const actor = r.guest();
  const { tenantId } = r;
  const idempotency = () => ({ principal: actor.sessionId, key: randomUUID() });
  const once = idempotency();
  const create = (key: ReturnType<typeof idempotency>) =>
    createRequest(database, { tenantId, actor, type: "water", idempotency: key });
  await database.ping();
  const created = await count(() => create(once));
  const requestId = created.result.request.id;
  const replayed = await count(() => create(once));
  const cancelled = await count(() =>
    sendCommand(database, "cancel", { tenantId, actor, requestId, idempotency: idempotency() }),
  );
  const board = await count(() => readBoard(database, tenantId));
  expect({
    created: created.trips,
    replayed: replayed.trips,
    cancelled: cancelled.trips,
    board: board.trips,
  }).toEqual({ created: 2, replayed: 2, cancelled: 2, board: 2 });
  expect(replayed.result).toMatchObject({ replayed: true, request: { id: requestId } });
});

test("a ring that reaches no person takes 5 round trips, an escalation 5", async () => {
  const r = await restaurants.open();
  const { tenantId } = r;
  const live: ReadonlySet<string> = new Set();
  const { request } = await createRequest(database, { tenantId, actor: r.guest(), type: "water" });
  const fire = { tenantId, requestId: request.id, live };
  const rung = await count(() => ringRequest(database, fire));
  const escalated = await count(() => escalateRequest(database, { ...fire, level: 1 }));
  expect(rung.result).toMatchObject({ status: "done", next: { level: 1, inMs: 0 } });
  expect(escalated.result).toMatchObject({ status: "done", next: { level: 2, inMs: 0 } });
  expect({ rung: rung.trips, escalated: escalated.trips }).toEqual({ rung: 5, escalated: 5 });
});

test("a replay undoes the statement that was sent with the key's lookup", async () => {
  const r = await restaurants.open();
  const actor = r.guest();
  const { tenantId } = r;
  const idempotency = { principal: actor.sessionId, key: randomUUID() };
  const first = await createRequest(database, { tenantId, actor, type: "water", idempotency });
  await sendCommand(database, "cancel", { tenantId, actor, requestId: first.request.id });
  const again = await createRequest(database, { tenantId, actor, type: "water", idempotency });
  expect(again).toMatchObject({ replayed: true, request: { id: first.request.id } });
  expect((await readBoard(database, tenantId)).requests).toEqual([]);
});
