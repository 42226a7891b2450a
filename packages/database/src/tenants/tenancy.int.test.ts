import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import pg from "pg";
import { sql } from "kysely";
import {
  createDatabase,
  createRelayDatabase,
  type Database,
  type RelayDatabase,
} from "../database.ts";
import { createStaffSession, revokeStaffSession } from "../staff/staff-sessions.ts";
import { type TenantTransaction } from "../transactions/tenant-transaction.ts";
import { createTenant } from "./tenants.ts";

let urls: TestDatabase;
let database: Database;
let relay: RelayDatabase;
let tenants: [string, string];
/** Every relation of the schema, read from the catalog, so that a new table is tested too. */
let relations: { name: string; kind: string; enabled: boolean; forced: boolean }[];

beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 5,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
  relay = createRelayDatabase({ url: urls.relayUrl, max: 2, name: "test-relay" });
  tenants = [await fill(), await fill()];
  ({ rows: relations } = await sql<(typeof relations)[number]>`
    select relname as name, relkind::text as kind, relrowsecurity as enabled, relforcerowsecurity as forced
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') order by relname`.execute(
    database.db,
  ));
});
afterAll(async () => {
  await Promise.all([database.close(), relay.close()]);
  await urls.drop();
});

/** A restaurant with at least one row in every table. */
async function fill(): Promise<string> {
  const slug = `t${randomUUID().slice(0, 8)}`;
  const { tenant, owner, tables } = await createTenant(database, {
    slug,
    name: slug,
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  await database.inTenant(tenant.id, async (tx) => {
    const tenant_id = tenant.id;
    const sid = randomUUID();
    await createStaffSession(tx, { id: sid, staffId: owner.id, tokenHash: sid, lifetimeS: 60 });
    await revokeStaffSession(tx, sid);
    await tx.insertInto("zone").values({ tenant_id, name: "terrace" }).execute();
    const now = new Date();
    const request = await tx
      .insertInto("request")
      .values({ tenant_id, table_id: tables[0]?.id ?? "", type: "water" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const closed = {
      table_id: request.id,
      type: "water",
      state: "completed",
      closed_at: now,
    } as const;
    await tx
      .insertInto("request_history")
      .values({
        ...closed,
        tenant_id,
        id: sid,
        level: 0,
        version: 1,
        round: 1,
        created_at: now,
        updated_at: now,
      })
      .execute();
    await tx
      .insertInto("deadline")
      .values({ tenant_id, request_id: request.id, kind: "expiry", level: 0, due_at: new Date() })
      .execute();
    await tx
      .insertInto("delivery")
      .values({
        tenant_id,
        request_id: request.id,
        round: 1,
        step: 0,
        staff_id: owner.id,
        channel: "push",
        expires_at: new Date(),
      })
      .execute();
    const subscription = await tx
      .insertInto("push_subscription")
      .values({
        tenant_id,
        staff_id: owner.id,
        session_id: sid,
        endpoint: "https://push.example/1",
        p256dh: "k",
        auth: "a",
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await tx
      .insertInto("push_receipt")
      .values({ tenant_id, hash: sid, subscription_id: subscription.id })
      .execute();
    await tx
      .insertInto("screen")
      .values({
        tenant_id,
        staff_id: owner.id,
        session_id: sid,
        seq: 1,
        visible: true,
        audible: true,
      })
      .execute();
    const event = { tenant_id, seq: 1, epoch: tenant_id, envelope: "{}" };
    await tx
      .insertInto("event")
      .values({ ...event, id: sid, type: "t", at: new Date() })
      .execute();
    await tx.insertInto("outbox").values(event).execute();
    await tx.updateTable("dining_table").set({ token: sid }).execute(); // retires a code
    await tx.insertInto("duty").values({ tenant_id, staff_id: owner.id, zones: [] }).execute();
    await tx
      .insertInto("tenant_logo")
      .values({ tenant_id, hash: "h", content: Buffer.from("logo") })
      .execute();
    await tx
      .insertInto("invitation")
      .values({ tenant_id, staff_id: owner.id, secret_hash: sid, expires_at: new Date() })
      .execute();
    await tx
      .insertInto("answer")
      .values({ tenant_id, principal: "p", key: "k", request_hash: "h", status: 200, body: "{}" })
      .execute();
  });
  return tenant.id;
}

const tenantColumn = (name: string): string => (name === "tenant" ? "id" : "tenant_id");
/** Tables without rows of tenants, closed to both roles. */
const withoutTenants = [
  "event_consumer",
  "log_base",
  "pgmigrations",
  "retired_slug",
  "worker_lease",
];
const tables = () =>
  relations
    .filter((it) => it.kind !== "v" && !withoutTenants.includes(it.name))
    // A month without rows says nothing; the table of all months is among them.
    .filter((it) => !it.name.startsWith("request_history_"))
    .map((it) => it.name);
const count = async (
  tx: Pick<Database, "db">["db"] | TenantTransaction | RelayDatabase["db"],
  name: string,
  where = sql`true`,
): Promise<number> => {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from ${sql.table(name)} where ${where}`.execute(tx);
  return rows[0]?.count ?? -1;
};

describe("G4: a tenant never sees another's rows", () => {
  test("every table except pgmigrations enables and forces row level security", () => {
    expect(
      relations.filter((it) => it.kind !== "v" && !(it.enabled && it.forced)).map((it) => it.name),
    ).toEqual(["pgmigrations"]);
    expect(relations.filter((it) => it.kind === "v").map((it) => it.name)).toEqual([
      "current_log_base",
      "recent_revocation",
      "tenant_directory",
    ]);
  });

  test("without a tenant the application role reads only the tenant directory", async () => {
    for (const name of tables()) expect([name, await count(database.db, name)]).toEqual([name, 0]);
    expect(await count(database.db, "tenant_directory")).toBe(2);
  });

  test("with a tenant the application role reads only that tenant's rows", async () => {
    for (const tenant of tenants) {
      await database.inTenant(tenant, async (tx) => {
        for (const name of tables()) {
          const own = sql`${sql.ref(tenantColumn(name))} = ${tenant}`;
          expect([
            name,
            (await count(tx, name, own)) > 0,
            await count(tx, name, sql`not (${own})`),
          ]).toEqual([name, true, 0]);
        }
      });
    }
  });

  test("the application role cannot insert, change or delete another tenant's row", async () => {
    const [own, other] = tenants;
    const intrude = database.inTenant(own, (tx) =>
      tx.insertInto("zone").values({ tenant_id: other, name: "mine" }).execute(),
    );
    await expect(intrude).rejects.toThrow("row-level security");
    const move = database.inTenant(own, (tx) =>
      tx.updateTable("zone").set({ tenant_id: other }).execute(),
    );
    await expect(move).rejects.toThrow("row-level security");
    await database.inTenant(own, async (tx) => {
      expect(
        (
          await tx
            .updateTable("zone")
            .set({ name: "x" })
            .where("tenant_id", "=", other)
            .executeTakeFirst()
        ).numUpdatedRows,
      ).toBe(0n);
      expect(
        (await tx.deleteFrom("tenant").where("id", "=", other).executeTakeFirst()).numDeletedRows,
      ).toBe(0n);
    });
  });

  test("every foreign key carries the tenant, so no row refers to another tenant's", async () => {
    const { rows } = await sql<{ name: string }>`
      select conname as name from pg_constraint c where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
        select from unnest(conkey, confkey) as k (own, theirs)
        join pg_attribute o on o.attrelid = conrelid and o.attnum = own and o.attname = 'tenant_id'
        join pg_attribute t on t.attrelid = confrelid and t.attnum = theirs and t.attname in ('tenant_id', 'id')
        where t.attname = 'tenant_id' or confrelid = 'tenant'::regclass)`.execute(database.db);
    expect(rows).toEqual([]);
  });

  test("the tenant leads every index except those of unique values and the relay's", async () => {
    const { rows } = await sql<{ name: string }>`
      select i.indexrelid::regclass::text as name from pg_index i
      join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where a.attname <> case when c.relname = 'tenant' then 'id' else 'tenant_id' end and c.relname <> 'pgmigrations' order by 1`.execute(
      database.db,
    );
    expect(rows.map((row) => row.name)).toEqual([
      "deadline_due",
      "delivery_due",
      "dining_table_code",
      "dining_table_hash",
      "duty_look",
      "event_consumer_pkey",
      "event_position",
      "outbox_leased",
      "outbox_waiting",
      "retired_code_at",
      "retired_slug_pkey",
      "staff_session_revoked_at",
      "tenant_deleted",
      "tenant_epoch_changed",
      "tenant_slug_key",
      "tenant_suspended",
      "worker_lease_pkey",
    ]);
  });

  test("the tenant setting ends with its transaction", async () => {
    await using one = createDatabase({ url: urls.appUrl, max: 1, name: "one" });
    await one.inTenant(tenants[0], (tx) => count(tx, "request"));
    expect(await count(one.db, "request")).toBe(0);
    await one.inTenant(tenants[0], () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await count(one.db, "request")).toBe(0);
  });

  test("a tenant id that is no UUID never reaches SET", async () => {
    await expect(
      database.inTenant("x'; drop table tenant; --", () => Promise.resolve()),
    ).rejects.toThrow("UUID");
  });

  test("the application role may only append events", async () => {
    const change = (statement: string) =>
      database.inTenant(tenants[0], (tx) => sql.raw(statement).execute(tx));
    await expect(change("update event set envelope = ''")).rejects.toThrow("permission denied");
    await expect(change("delete from event")).rejects.toThrow("permission denied");
  });

  test("neither role owns anything or bypasses row level security", async () => {
    for (const db of [database.db, relay.db]) {
      const { rows } = await sql`
        select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, exists (select from pg_class where relowner = pg_roles.oid) as owns
        from pg_roles where rolname = current_user`.execute(db);
      expect(rows).toEqual([
        {
          rolsuper: false,
          rolbypassrls: false,
          rolcreaterole: false,
          rolcreatedb: false,
          owns: false,
        },
      ]);
    }
  });
});

describe("the relay's role", () => {
  test("reads only outbox, deadlines and due deliveries of all tenants", async () => {
    const readable: string[] = [];
    const refusals: string[] = [];
    for (const { name } of relations) {
      await count(relay.db, name).then(
        (rows) => readable.push(`${name}: ${rows}`),
        (error: unknown) => refusals.push(String(error)),
      );
    }
    expect(refusals.filter((it) => !it.includes("permission denied"))).toEqual([]);
    expect(readable).toEqual(["deadline: 2", "delivery: 2", "outbox: 2"]);
    const client = new pg.Client(urls.relayUrl);
    await client.connect();
    await client.query(`begin; set local waiter.tenant_id = '${tenants[0]}'`);
    await expect(client.query("select from request")).rejects.toThrow("permission denied");
    await client.end();
  });

  test("may lease and delete outbox rows and write nothing else", async () => {
    const client = new pg.Client(urls.relayUrl);
    await client.connect();
    await client.query("update outbox set leased_until = now()");
    const deleted = await client.query("delete from outbox where leased_until < 'epoch'");
    expect(deleted.rowCount).toBe(0);
    for (const refused of [
      "update outbox set envelope = ''",
      "insert into outbox (tenant_id, seq, epoch, envelope) select tenant_id, 9, epoch, '' from outbox",
      "delete from deadline",
      "update deadline set due_at = now()",
      "update delivery set state = 'sent'",
      "delete from delivery",
      "select * from worker_lease",
    ]) {
      await expect(client.query(refused)).rejects.toThrow("permission denied");
    }
    await client.end();
  });
});

describe("the tenant directory", () => {
  test("answers a slug's tenant, true heads, recently revoked sessions and codes", async () => {
    const [entry] = await database.listTenants({ limit: 1 });
    expect(await database.findTenant(entry?.slug ?? "")).toEqual(entry);
    expect(await database.findTenant("nobody")).toBeUndefined();
    expect(await database.listTenants({ after: entry?.id })).toHaveLength(1);
    const heads = await database.heads([...tenants, randomUUID()]);
    expect(heads.map((head) => head.tenant).sort()).toEqual([...tenants].sort());
    for (const head of heads)
      expect(head).toMatchObject({ seq: 0, revoked: [expect.any(String), expect.any(String)] });
  });
});
