/**
 * A primary with a streaming standby, and an address that may lead to either, as after a fail-over.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPostgresPair, waitFor, type TestPostgresPair } from "@waiter/testkit";
import { sql } from "kysely";
import pg from "pg";
import { createDatabase, createRelayDatabase, type Database } from "../database.ts";
import { UnavailableError, WrongServerError } from "../failures.ts";
import { migrate } from "../migrate/migrate.ts";
import type { TenantTransaction } from "./tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let pair: TestPostgresPair;
let tenantId: string;
/** The port that the next connection through the address leads to. */
let target: () => number;
let address: Server;
const portOf = (url: string) => Number(new URL(url).port);
const through = (url: string) =>
  Object.assign(new URL(url), { port: String((address.address() as AddressInfo).port) }).href;
const open = (url = pair.primary.appUrl) =>
  createDatabase({
    url: through(url),
    max: 6,
    name: "test",
    connectTimeoutMs: 30_000,
    limits: { lockMs: 30_000, statementMs: 30_000, idleMs: 30_000, transactionMs: 60_000 },
  });
/** A client that survives the end of its server. */
const connectTo = async (url: string) => {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  await client.connect();
  return client;
};
const asAdmin = async (url: string, ...statements: string[]) => {
  const admin = await connectTo(url);
  for (const statement of statements) await admin.query(statement);
  await admin.end();
};

beforeAll(async () => {
  pair = await startPostgresPair();
  const { ownerUrl, appUrl, relayUrl } = pair.primary;
  await migrate({ migrationUrl: ownerUrl, appUrl, relayUrl });
  address = createServer((client) => {
    const server = connect(target(), "127.0.0.1");
    client.pipe(server).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(address, "listening");
  target = () => portOf(pair.primary.adminUrl);
  await using database = open();
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  tenantId = (await createTenant(database, { slug: "demo", name: "Demo", owner })).tenant.id;
  await waitFor(async () => {
    const standby = await connectTo(pair.standby.adminUrl.replace(/\/postgres$/, "/waiter"));
    const { rows } = await standby.query("select from tenant where id = $1", [tenantId]);
    await standby.end();
    return rows.length === 1;
  });
});
afterAll(async () => {
  address.close();
  await pair[Symbol.asyncDispose]();
});

const count = (tx: TenantTransaction) =>
  sql`update tenant_counter set seq = seq + 1 where tenant_id = ${tx.tenantId}`.execute(tx);
const readSeq = (database: Database) =>
  database.inTenant(
    tenantId,
    async (tx) => {
      const { rows } = await sql<{ seq: number; standby: boolean }>`
        select seq, pg_is_in_recovery() as standby from tenant_counter where tenant_id = ${tenantId}`.execute(
        tx,
      );
      return rows[0];
    },
    { readOnly: true, isolation: "repeatable read" },
  );
/** Every second connection leads to the standby. */
const alternate = () => {
  let connections = 0;
  return () => portOf((connections++ % 2 === 0 ? pair.standby : pair.primary).adminUrl);
};

describe("sessions on a wrong server", () => {
  test("with half of the connections on a standby every write and read uses the primary", async () => {
    target = alternate();
    await using database = open();
    await using relay = createRelayDatabase({
      url: through(pair.primary.relayUrl),
      max: 4,
      name: "relay",
    });
    const before = (await readSeq(database))?.seq ?? 0;
    await Promise.all(Array.from({ length: 30 }, () => database.inTenant(tenantId, count)));
    const reads = await Promise.all(Array.from({ length: 30 }, () => readSeq(database)));
    expect(reads).toEqual(Array.from({ length: 30 }, () => ({ seq: before + 30, standby: false })));
    expect(await database.heads([tenantId])).toMatchObject([{ seq: before + 30 }]);
    await Promise.all(
      Array.from({ length: 8 }, () => sql`update outbox set leased_until = null`.execute(relay.db)),
    );
  });

  test("a primary that starts to refuse writes serves no read on its open sessions", async () => {
    target = () => portOf(pair.primary.adminUrl);
    await using database = open();
    await Promise.all(Array.from({ length: 6 }, () => readSeq(database)));
    await asAdmin(
      pair.primary.adminUrl,
      "alter system set default_transaction_read_only = on",
      "select pg_reload_conf()",
    );
    await waitFor(async () =>
      Promise.all([readSeq(database), database.heads([tenantId])]).then(
        () => false,
        (error: unknown) => error instanceof UnavailableError,
      ),
    );
    await expect(readSeq(database)).rejects.toBeInstanceOf(UnavailableError);
    await expect(database.heads([tenantId])).rejects.toBeInstanceOf(UnavailableError);
    await expect(database.inTenant(tenantId, count)).rejects.toMatchObject({
      cause: expect.any(WrongServerError),
    });
    await asAdmin(
      pair.primary.adminUrl,
      "set default_transaction_read_only = off",
      "alter system reset default_transaction_read_only",
      "select pg_reload_conf()",
    );
    await waitFor(() =>
      database.inTenant(tenantId, count).then(
        () => true,
        () => false,
      ),
    );
  });

  test("after a fail-over the pool works on the promoted standby", async () => {
    target = () => portOf(pair.primary.adminUrl);
    await using database = open();
    await Promise.all(Array.from({ length: 6 }, () => database.inTenant(tenantId, count)));
    const before = (await readSeq(database))?.seq ?? 0;
    await waitFor(async () => {
      const standby = await connectTo(pair.standby.ownerUrl);
      await standby.query(`begin; set local waiter.tenant_id = '${tenantId}'`);
      const { rows } = await standby.query<{ seq: string }>("select seq from tenant_counter");
      await standby.end();
      return Number(rows[0]?.seq) === before;
    });
    await pair.primary.kill();
    target = () => portOf(pair.standby.adminUrl);
    await expect(readSeq(database)).rejects.toBeInstanceOf(UnavailableError);
    await asAdmin(pair.standby.adminUrl, "select pg_promote()");
    await waitFor(() =>
      database.inTenant(tenantId, count).then(
        () => true,
        () => false,
      ),
    );
    expect(await readSeq(database)).toEqual({ seq: before + 1, standby: false });
  });
});
