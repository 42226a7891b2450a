/**
 * Runs where `pgbouncer` is on the PATH: transactions through its transaction mode, with fewer
 * connections than callers.
 */
import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort, ServerProcess, waitFor } from "@waiter/local-servers";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "./database.ts";
import { createTenant } from "./tenants.ts";

const serverConnections = 2;
const withPgBouncer =
  spawnSync("pgbouncer", ["--version"], { stdio: "ignore" }).status === 0
    ? describe
    : describe.skip;

withPgBouncer("behind PgBouncer in transaction mode", () => {
  let urls: TestDatabase;
  let folder: string;
  let bouncer: ServerProcess;
  let database: Database;
  let tenants: string[];

  /** The same database through PgBouncer. */
  const through = (url: string, port: number): string =>
    Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;

  beforeAll(async () => {
    urls = await testDatabase();
    const port = await freePort();
    const { hostname, port: postgresPort, pathname, username, password } = new URL(urls.appUrl);
    folder = mkdtempSync(join(tmpdir(), "waiter-pgbouncer-"));
    const settings = {
      listen_addr: "127.0.0.1",
      listen_port: port,
      unix_socket_dir: "",
      pool_mode: "transaction",
      default_pool_size: serverConnections,
      auth_type: "plain",
      auth_file: join(folder, "users"),
    };
    const name = pathname.slice(1);
    const lines = [
      "[databases]",
      `${name} = host=${hostname} port=${postgresPort}`,
      "[pgbouncer]",
      ...Object.entries(settings).map((pair) => pair.join(" = ")),
    ];
    writeFileSync(join(folder, "pgbouncer.ini"), `${lines.join("\n")}\n`);
    writeFileSync(join(folder, "users"), `"${username}" "${decodeURIComponent(password)}"\n`);
    // PgBouncer refuses to run as root.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
    if (nobody !== undefined) chownSync(folder, nobody.uid, nobody.gid);
    bouncer = new ServerProcess({
      command: "pgbouncer",
      args: [join(folder, "pgbouncer.ini")],
      folder,
      user: nobody,
    });
    database = createDatabase({
      url: through(urls.appUrl, port),
      max: 10,
      name: "test",
      connectTimeoutMs: 60_000,
      queryTimeoutMs: 60_000,
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
    await bouncer.end("SIGINT");
    await urls.drop();
    rmSync(folder, { recursive: true });
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
  });

  test("outside a transaction a reused connection reads no tenant's rows", async () => {
    for (let count = 0; count < 2 * serverConnections; count += 1)
      expect(await database.db.selectFrom("zone").selectAll().execute()).toEqual([]);
  });
});
