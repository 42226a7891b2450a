import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import {
  startPostgres,
  waitFor,
  type TestPostgres,
  startSystem,
  type System,
} from "@waiter/testkit";
import pg from "pg";
import { openDemoTenant, type DemoTenant } from "./harness/demo-tenant.ts";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";

/** Changed heads are asked for every 10 s; a reset is spread over some seconds more. */
const convergenceMs = 30_000;

let postgres: TestPostgres;
let system: System;
let demo: DemoTenant;
let admin: pg.Client;
let boards: (StaffClient & Disposable)[];
beforeAll(async () => {
  postgres = await startPostgres();
  system = await startSystem({ gateways: 2, env: { DATABASE_URL: postgres.ownerUrl } });
  demo = await openDemoTenant(system);
  admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  boards = await Promise.all(
    system.file.gateways.map((socketUrl) => openBoard(system, { socketUrl })),
  );
}, 240_000);
afterAll(async () => {
  for (const board of boards ?? []) board[Symbol.dispose]();
  await admin?.end();
  await demo?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
}, 60_000);

/**
 * Copies a database that no process may use meanwhile; the services are thrown out and come back by
 * themselves.
 */
async function copy(from: string, to: string): Promise<void> {
  await admin.query(`alter database ${from} allow_connections false`);
  await admin.query(`drop database if exists ${to} with (force)`);
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    from,
  ]);
  await waitFor(
    () => admin.query(`create database ${to} template ${from} owner waiter_owner`),
    10_000,
    "the copy",
  );
  await admin.query(`alter database ${from} allow_connections true`);
}
const save = () => copy("waiter", "saved");
const restore = () => copy("saved", "waiter");

/** A call that the restaurant has, however often it must be tried while the database is away. */
async function callUntilSaved(table: number, type: string): Promise<string> {
  const key = `restore-${table}-${type}-${Math.random()}`;
  const token = await waitFor(() => sitDown(system, table), 30_000, "a guest's session");
  const answer = await waitFor(async () => {
    const tried = await call(system, token, type, key);
    return tried.status < 300 ? tried : undefined;
  }, 30_000);
  return requestOf(answer).id;
}
const show = (ids: readonly string[]) =>
  boards.every(
    ({ requests }) =>
      JSON.stringify(requests.map(({ id }) => id).toSorted()) === JSON.stringify(ids.toSorted()),
  );
const epochs = () => [...new Set(boards.map(({ position }) => position?.epoch))];

test("a restored database gets a new epoch and idle boards reset to it", async () => {
  const kept = await callUntilSaved(0, "water");
  await waitFor(() => show([kept]), 15_000, "the first call on both boards");
  const [before] = epochs();
  await save();
  const lost = [await callUntilSaved(1, "water"), await callUntilSaved(2, "water")];
  await waitFor(() => show([kept, ...lost]), 40_000, "all calls on both boards");
  await restore();
  await waitFor(
    () => epochs().length === 1 && epochs()[0] !== before,
    convergenceMs,
    "a new epoch on both boards",
  );
  await waitFor(() => show([kept]), 10_000, "what the database holds on both boards");
}, 180_000);

test("events right after a restore reach every board despite repeated numbers", async () => {
  const kept = boards[0]?.requests.map(({ id }) => id) ?? [];
  const [before] = epochs();
  await save();
  const lost = [await callUntilSaved(3, "bill"), await callUntilSaved(4, "bill")];
  await waitFor(() => show([...kept, ...lost]), 40_000, "all calls on both boards");
  const reached = boards[0]?.position?.seq ?? 0;
  await restore();
  const again = await callUntilSaved(5, "bill");
  const [head] = await waitFor(() => demo.database.heads([demo.id]), 10_000, "the head");
  // The new event has a number that the boards have applied as another event.
  expect(head?.seq).toBeLessThanOrEqual(reached);
  await waitFor(
    () => show([...kept, again]),
    convergenceMs,
    "what the database holds on both boards",
  );
  expect(epochs()).not.toContain(before);
}, 180_000);
