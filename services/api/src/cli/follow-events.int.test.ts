import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { runCommand } from "./run-command.ts";

let urls: TestDatabase;
let database: Database;
const tenants: string[] = [];

beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 2, name: "test" });
  for (const slug of ["pizza", "sushi"]) {
    const { tenant } = await createTenant(database, {
      slug,
      name: slug,
      owner: { email: "o@example.com", name: "O", passwordHash: "x" },
      tables: ["1"],
    });
    tenants.push(tenant.id);
  }
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = "";
  const take = (chunk: unknown, done?: unknown): boolean => {
    out += String(chunk);
    if (typeof done === "function") done();
    return true;
  };
  const write = jest.spyOn(process.stdout, "write").mockImplementation(take);
  const log = jest.spyOn(console, "log").mockImplementation((line) => void (out += `${line}\n`));
  const error = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const env = { DATABASE_URL: urls.appUrl, RELAY_DATABASE_URL: urls.relayUrl };
    return { code: await runCommand("events", args, env), out };
  } finally {
    for (const spy of [write, log, error]) spy.mockRestore();
  }
}

test("events follow writes each event of all tenants as one line, and goes on where it was", async () => {
  expect((await run("follow", "--consumer", "archive", "--once")).code).toBe(0);
  for (const tenantId of tenants)
    await database.inTenant(tenantId, (tx) => appendEvent(tx, { tenantId, type: "t", data: {} }));
  let lines: string[] = [];
  await waitFor(async () => {
    const { out } = await run("follow", "--consumer", "archive", "--once");
    lines = [...lines, ...out.split("\n").filter((line) => line !== "")];
    return lines.length >= 2;
  }, 60_000);
  const events = lines.map(
    (line) => JSON.parse(line) as { tenant: string; event: { seq: number } },
  );
  expect(events.map(({ tenant }) => tenant).toSorted()).toEqual(tenants.toSorted());
  expect(events.map(({ event }) => event.seq)).toEqual([1, 1]);
  expect((await run("follow", "--consumer", "archive", "--once")).out).toBe("");
  expect((await run("consumers")).out).toMatch(/^archive\t\d+\t0\treads\n$/);
}, 90_000);

test("events reset reads again from the start, events forget ends the consumer", async () => {
  expect((await run("reset", "--consumer", "archive", "--from-start")).code).toBe(0);
  const { out } = await run("follow", "--consumer", "archive", "--once");
  expect(out.trim().split("\n")).toHaveLength(2);
  expect((await run("forget", "--consumer", "archive")).code).toBe(0);
  expect((await run("reset", "--consumer", "archive")).code).toBe(1);
  expect((await run("consumers")).out).toBe("");
}, 60_000);

test("events follow refuses a name that no consumer may have", async () => {
  expect((await run("follow", "--consumer", "A B", "--once")).code).toBe(2);
  expect((await run("follow", "--once")).code).toBe(2);
  expect((await run("follow", "--consumer", "archive", "--page", "0")).code).toBe(2);
});
