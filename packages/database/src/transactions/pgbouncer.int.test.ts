/**
 * Runs where `pgbouncer` is on the PATH: transactions through its transaction mode, with fewer
 * connections than callers.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitFor } from "@waiter/local-servers";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import {
  carriesNames,
  hasPgBouncer,
  startPgBouncer,
  type TestPgBouncer,
} from "../testing/start-pgbouncer.ts";
import { createTenant } from "../tenants/tenants.ts";

const serverConnections = 2;
(hasPgBouncer() ? describe : describe.skip)("behind PgBouncer in transaction mode", () => {
  let urls: TestDatabase;
  let bouncer: TestPgBouncer;
  let database: Database;
  let tenants: string[];
  const warnings: string[] = [];

  beforeAll(async () => {
    urls = await testDatabase();
    bouncer = await startPgBouncer({ urls: [urls.appUrl], serverConnections });
    database = createDatabase({
      url: bouncer.through(urls.appUrl),
      max: 10,
      name: "test",
      connectTimeoutMs: 60_000,
      queryTimeoutMs: 60_000,
      logger: { warn: (message) => warnings.push(message) },
    });
    await waitFor(() => database.ping().then(() => true), 10_000, "PgBouncer to answer");
    tenants = [];
    for (const slug of ["pizza", "sushi"]) {
      const owner = { email: `o@${slug}.example`, name: "O", passwordHash: "x" };
      tenants.push((await createTenant(database, { slug, name: slug, owner })).tenant.id);
    }
  });
  afterAll(async () => {
    await database.close();
    await bouncer[Symbol.asyncDispose]();
    await urls.drop();
  });

  test("forty concurrent transactions share two connections and see only their own tenant", async () => {
    const backends = new Set<number>();
    const rounds = Array.from({ length: 40 }, (_, round) =>
      database.inTenant(tenants[round % 2] ?? "", async (tx) => {
        await tx
          .insertInto("zone")
          .values({ tenant_id: tx.tenantId, name: `zone ${round}` })
          .execute();
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        for (const { pid } of rows) backends.add(pid);
        const seen = await tx.selectFrom("zone").select("tenant_id").execute();
        expect(new Set(seen.map(({ tenant_id }) => tenant_id))).toEqual(new Set([tx.tenantId]));
      }),
    );
    await Promise.all(rounds);
    expect(backends.size).toBeLessThanOrEqual(serverConnections);
    for (const tenant of tenants)
      expect(
        await database.inTenant(tenant, (tx) => tx.selectFrom("zone").select("name").execute(), {
          readOnly: true,
          isolation: "repeatable read",
        }),
      ).toHaveLength(20);
    // Statements are named by default: an older PgBouncer refuses them, which is said once.
    expect(warnings).toHaveLength(carriesNames() ? 0 : 1);
  });

  test("outside a transaction a reused connection reads no tenant's rows", async () => {
    for (let count = 0; count < 2 * serverConnections; count += 1)
      expect(await database.db.selectFrom("zone").selectAll().execute()).toEqual([]);
  });
});
