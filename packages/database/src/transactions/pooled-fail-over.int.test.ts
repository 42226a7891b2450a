/**
 * PgBouncer before an address that leads to a primary or to its standby, as after a fail-over:
 * PgBouncer keeps its connections and hides what the servers report.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitFor } from "@waiter/local-servers";
import { startPostgresPair, type TestPostgresPair } from "@waiter/testkit";
import { sql, type Kysely } from "kysely";
import pg from "pg";
import {
  createDatabase,
  createRelayDatabase,
  type Database,
  type RelayDatabase,
} from "../database.ts";
import { UnavailableError, WrongServerError } from "../failures.ts";
import { migrate } from "../migrate/migrate.ts";
import type { Schema } from "../schema/schema.ts";
import { hasPgBouncer, startPgBouncer, type TestPgBouncer } from "../testing/start-pgbouncer.ts";
import { createTenant } from "../tenants/tenants.ts";

const limits = { lockMs: 30_000, statementMs: 30_000, idleMs: 30_000, transactionMs: 60_000 };
const patience = { connectTimeoutMs: 60_000, queryTimeoutMs: 60_000, limits };
const portOf = (url: string): number => Number(new URL(url).port);

(hasPgBouncer() ? describe : describe.skip)("behind PgBouncer after a fail-over", () => {
  let pair: TestPostgresPair;
  let bouncer: TestPgBouncer;
  let database: Database;
  let relay: RelayDatabase;
  let tenantId: string;
  /** The port that PgBouncer's next connection leads to. */
  let target: () => number;
  let address: Server;

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
    const serverPort = (address.address() as AddressInfo).port;
    bouncer = await startPgBouncer({ urls: [appUrl, relayUrl], serverConnections: 4, serverPort });
    database = createDatabase({ url: bouncer.through(appUrl), max: 8, name: "api", ...patience });
    relay = createRelayDatabase({
      url: bouncer.through(relayUrl),
      max: 4,
      name: "relay",
      ...patience,
    });
    await waitFor(() => database.ping().then(() => true), 60_000, "PgBouncer to answer");
    const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
    tenantId = (await createTenant(database, { slug: "demo", name: "Demo", owner })).tenant.id;
    await waitFor(async () => (await rowsOnStandby()) === 1, 60_000, "the standby to follow");
  }, 180_000);
  afterAll(async () => {
    await database.close();
    await relay.close();
    await bouncer[Symbol.asyncDispose]();
    address.close();
    await pair[Symbol.asyncDispose]();
  }, 60_000);

  const rowsOnStandby = async (): Promise<number> => {
    const standby = new pg.Client(pair.standby.adminUrl.replace(/\/postgres$/, "/waiter"));
    await standby.connect();
    const { rows } = await standby.query("select from tenant where id = $1", [tenantId]);
    await standby.end();
    return rows.length;
  };
  const asAdmin = async (...statements: string[]): Promise<void> => {
    const admin = new pg.Client(pair.primary.adminUrl);
    await admin.connect();
    for (const statement of statements) await admin.query(statement);
    await admin.end();
  };
  /** Replaces every connection of PgBouncer's; the next ones lead to `target`. */
  const hangUp = async (): Promise<void> =>
    asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where usename in ('waiter_app', 'waiter_relay')`,
    );
  const isStandby = async (db: Pick<Kysely<Schema>, "getExecutor">): Promise<boolean> => {
    const { rows } = await sql<{ standby: boolean }>`select pg_is_in_recovery() as standby`.execute(
      db,
    );
    return rows[0]?.standby ?? true;
  };
  const many = <T>(work: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 20 }, work));
  /** The first answer; a caller that meets the standby at each attempt gets an error and asks again. */
  const answered = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnavailableError || error instanceof WrongServerError)) throw error;
      }
    }
  };
  const succeeds = (work: () => Promise<unknown>): Promise<boolean> =>
    work().then(
      () => true,
      (error: unknown) => {
        if (error instanceof UnavailableError) return false;
        throw error;
      },
    );
  const count = () =>
    database.inTenant(tenantId, (tx) =>
      sql`update tenant_counter set seq = seq + 1 where tenant_id = ${tenantId}`.execute(tx),
    );

  test("with connections on a standby too every pool reads from the primary", async () => {
    let connections = 0;
    // By chance: a fixed order could lead one caller to the standby again and again.
    target = () => {
      connections += 1;
      // The first: PgBouncer repeats to all clients what that server reported about itself.
      const isFirst = connections === 1;
      return portOf((isFirst || Math.random() < 0.4 ? pair.standby : pair.primary).adminUrl);
    };
    await hangUp();
    await waitFor(() => succeeds(count), 60_000, "a write");
    const readOnly = { readOnly: true, isolation: "repeatable read" } as const;
    const answers = await Promise.all([
      many(() => answered(() => database.inTenant(tenantId, isStandby, readOnly))),
      many(() => answered(() => database.inTenant(tenantId, isStandby))),
      many(() => answered(() => isStandby(database.db))),
      many(() => answered(() => isStandby(relay.db as unknown as Kysely<Schema>))),
    ]);
    expect(new Set(answers.flat())).toEqual(new Set([false]));
    await many(() => answered(count));
    const before = (await answered(() => database.heads([tenantId])))[0]?.seq;
    await many(() => answered(count));
    expect((await answered(() => database.heads([tenantId])))[0]?.seq).toBe((before ?? 0) + 20);
    expect(connections).toBeGreaterThan(1);
  }, 120_000);

  test("while the primary refuses writes nothing is read, and afterwards all works", async () => {
    target = () => portOf(pair.primary.adminUrl);
    await many(count);
    await asAdmin("alter system set default_transaction_read_only = on", "select pg_reload_conf()");
    const reads = () =>
      Promise.allSettled([
        database.inTenant(tenantId, isStandby),
        database.heads([tenantId]),
        database.findTenant("demo"),
        count(),
      ]);
    await waitFor(
      async () => (await reads()).every(({ status }) => status === "rejected"),
      60_000,
      "every read to be refused",
    );
    for (const outcome of await reads())
      expect(outcome).toMatchObject({ reason: expect.any(UnavailableError) });
    await expect(isStandby(relay.db as unknown as Kysely<Schema>)).rejects.toThrow("standby");
    await asAdmin(
      "set default_transaction_read_only = off",
      "alter system reset default_transaction_read_only",
      "select pg_reload_conf()",
    );
    await waitFor(() => succeeds(count), 60_000, "a write");
  }, 120_000);
});
