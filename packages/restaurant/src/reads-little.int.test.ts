/** What a call reads of Postgres, counted on the wire. */
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, createStaff, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { endDuty, putDuty, readLogo } from "./index.ts";

let urls: TestDatabase;
let wire: Server;
let database: Database;
let bytesRead = 0;

beforeAll(async () => {
  urls = await testDatabase();
  const target = new URL(urls.appUrl);
  wire = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    client.on("data", (data) => server.write(data));
    server.on("data", (data) => {
      bytesRead += data.length;
      client.write(data);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on("error", () => undefined).on("close", () => other.destroy());
  }).listen(0, "127.0.0.1");
  await once(wire, "listening");
  const port = String((wire.address() as AddressInfo).port);
  database = createDatabase({
    url: Object.assign(new URL(target), { port }).href,
    max: 2,
    name: "wire",
    connectTimeoutMs: 60_000,
    limits: { lockMs: 60_000, statementMs: 60_000, idleMs: 60_000, transactionMs: 60_000 },
  });
});
afterAll(async () => {
  await database.close();
  wire.close();
  await urls.drop();
});

async function open() {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { name: "Olga" },
    tables: ["1"],
  });
  return { tenantId: tenant.id, ownerId: owner.id, tableId: tables[0]?.id ?? "" };
}

async function bytesOf(call: () => Promise<unknown>): Promise<number> {
  const before = bytesRead;
  await call();
  return bytesRead - before;
}

test("a logo's picture is read only where its hash is asked for", async () => {
  const { tenantId } = await open();
  const content = randomBytes(300_000);
  const hash = "0123456789abcdef".repeat(2);
  await database.inTenant(tenantId, (tx) =>
    tx.insertInto("tenant_logo").values({ tenant_id: tenantId, hash, content }).execute(),
  );
  const read = (asked: string) => database.inTenant(tenantId, (tx) => readLogo(tx, asked));
  expect(await read(hash)).toEqual(content);
  expect(await bytesOf(() => read("f".repeat(32)))).toBeLessThan(10_000);
});

test("a change of one's own duty reads no table of the others", async () => {
  const { tenantId, ownerId, tableId } = await open();
  const by = { tenantId, editor: { id: ownerId, role: "owner" as const } };
  const { id } = await database.inTenant(tenantId, (tx) =>
    createStaff(tx, { name: "Ben", role: "waiter" }),
  );
  await database.inTenant(tenantId, (tx) =>
    sql`insert into duty (tenant_id, staff_id, tables)
      select ${tenantId}, ${id}, array_agg(gen_random_uuid())
      from generate_series(1, 5000)`.execute(tx),
  );
  const own = { tables: [tableId], zones: [] };
  expect(await bytesOf(() => putDuty(database, by, own))).toBeLessThan(20_000);
  expect(await bytesOf(() => endDuty(database, by))).toBeLessThan(20_000);
});
