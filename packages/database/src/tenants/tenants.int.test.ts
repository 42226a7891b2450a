import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import {
  createStaffSession,
  purgeStaffSessions,
  revokeStaffSessions,
  rotateStaffSession,
} from "../staff/staff-sessions.ts";
import { findStaffByEmail } from "../staff/staff.ts";
import { findTableByToken, listRequestTypes, listTables } from "./tables.ts";
import { deletedTenants, deleteTenant, deleteTenantPage, tenantTables } from "./tenant-deletion.ts";
import { SlugReservedError, SlugTakenError } from "./slugs.ts";
import { tenantsToPurge } from "../retention/tenants-to-purge.ts";
import { createTenant, type CreatedTenant, type NewTenant } from "./tenants.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 5,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const open = (
  slug = `t${randomUUID().slice(0, 8)}`,
  claim: Pick<NewTenant, "slugReservedForMs" | "reuse"> = {},
): Promise<CreatedTenant> =>
  createTenant(database, {
    ...claim,
    slug,
    name: "Trattoria",
    owner: { email: "Olga@Example.com", name: "Olga", passwordHash: "hash" },
    tables: ["1", "2"],
  });

describe("a restaurant", () => {
  test("is created with its owner, tables and five request types in one transaction", async () => {
    const { tenant, owner, tables } = await open();
    expect(owner).toMatchObject({ email: "olga@example.com", role: "owner", active: true });
    await database.inTenant(tenant.id, async (tx) => {
      expect(await findStaffByEmail(tx, "OLGA@example.com")).toEqual(owner);
      expect((await listTables(tx)).map((it) => it.label)).toEqual(["1", "2"]);
      expect(await findTableByToken(tx, tables[1]?.token ?? "")).toMatchObject({
        id: tables[1]?.id,
        label: "2",
      });
      const types = await listRequestTypes(tx);
      expect(types.map((it) => it.key)).toEqual(["waiter", "bill", "water", "order", "other"]);
      expect(types.filter((it) => it.asksPayment).map((it) => it.key)).toEqual(["bill"]);
    });
  });

  test("a taken slug is refused and leaves no rows", async () => {
    await open("taken");
    const before = (await database.listTenants()).length;
    await expect(open("taken")).rejects.toBeInstanceOf(SlugTakenError);
    expect(await database.listTenants()).toHaveLength(before);
  });

  test("deleting it removes all of its rows and no other tenant's", async () => {
    const [gone, kept] = [await open(), await open()];
    await database.inTenant(gone.tenant.id, async (tx) => {
      await tx
        .insertInto("request")
        .values({
          tenant_id: tx.tenantId,
          table_id: gone.tables[0]?.id ?? "",
          type: "water",
          claimed_by: gone.owner.id,
        })
        .execute();
      // Three of each of two months, which lie at the same places of their partitions.
      for (const month of ["now()", "(now() - interval '1 month')"]) {
        await sql`select ensure_request_history(${sql.raw(month)}::date)`.execute(tx);
        await sql`
          insert into request_history (tenant_id, id, table_id, type, state, level, version,
            created_at, updated_at, closed_at, round)
          select tenant_id, gen_random_uuid(), id, 'water', 'completed', 0, 2, ${sql.raw(month)},
            now(), now(), 1
          from dining_table, generate_series(1, 3) where tenant_id = ${tx.tenantId} and label = '1'`.execute(
          tx,
        );
      }
    });
    expect(await deleteTenant(database, gone.tenant.id)).toBe(true);
    expect(await deleteTenant(database, gone.tenant.id)).toBe(false);
    expect(await database.findTenant(gone.tenant.slug)).toBeUndefined();
    expect(await database.heads([gone.tenant.id])).toEqual([]);
    expect(await deletedTenants(database.db)).toContain(gone.tenant.id);
    // The slug can be used again while the rows are still there.
    const successor = await open(gone.tenant.slug);
    expect(await database.findTenant(gone.tenant.slug)).toMatchObject({ id: successor.tenant.id });

    const page = () =>
      database.inTenant(gone.tenant.id, (tx) => deleteTenantPage(tx, { atMost: 2 }));
    const pages: number[] = [];
    do pages.push(await page());
    while (pages.at(-1) !== 0);
    expect(Math.max(...pages)).toBe(2);
    await database.inTenant(gone.tenant.id, async (tx) => {
      for (const table of [...tenantTables, "tenant" as const])
        expect((await sql`select from ${sql.table(table)}`.execute(tx)).rows).toEqual([]);
    });
    expect(await deletedTenants(database.db)).not.toContain(gone.tenant.id);
    expect(await database.findTenant(kept.tenant.slug)).toBeDefined();
  });
});

test("a page of a deletion reads no more of the history than it deletes", async () => {
  const { tenant, tables } = await open();
  await database.inTenant(tenant.id, async (tx) => {
    await sql`
      select ensure_request_history((now() - number * interval '1 month')::date)
      from generate_series(0, 11) as number`.execute(tx);
    await sql`
      insert into request_history (tenant_id, id, table_id, type, state, level, version,
        created_at, updated_at, closed_at, round)
      select ${tx.tenantId}, gen_random_uuid(), ${tables[0]?.id}, 'water', 'completed', 0, 2,
        now() - number * interval '1 hour', now(), now(), 1
      from generate_series(1, 7000) as number`.execute(tx);
  });
  await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "owner" });
  await sql`analyze request_history`.execute(owner.db);
  await deleteTenant(database, tenant.id);
  await database.inTenant(tenant.id, async (tx) => {
    const read = async () => {
      const { rows } = await sql<{ count: number }>`
        select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0))::integer as count
        from pg_stat_xact_user_tables where relname like 'request\\_history\\_%'`.execute(tx);
      return rows[0]?.count ?? 0;
    };
    expect(await deleteTenantPage(tx, { atMost: 500 })).toBe(500);
    // Once to find the page's last row, with a row of each month, and once to delete.
    expect(await read()).toBeLessThanOrEqual(1_100);
  });
});

test("the slug of a deleted restaurant is refused until its time, or taken by reuse", async () => {
  const reserve = { slugReservedForMs: 3_600_000 };
  const { tenant } = await open();
  const { slug } = tenant;
  const before = Date.now();
  await deleteTenant(database, tenant.id);
  const refused = await open(slug, reserve).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SlugReservedError);
  const freeFrom = (refused as SlugReservedError).freeFrom.getTime();
  expect(Math.abs(freeFrom - before - reserve.slugReservedForMs)).toBeLessThan(600_000);
  expect(await database.findTenant(slug)).toBeUndefined();
  const second = await open(slug, { ...reserve, reuse: true });
  // Its own deletion retires the slug again; a reservation that is over is forgotten.
  await deleteTenant(database, second.tenant.id);
  await open(undefined, { slugReservedForMs: 0 });
  // The shorter time of another creation has not ended this one's.
  await expect(open(slug, reserve)).rejects.toBeInstanceOf(SlugReservedError);
  await open(slug, { slugReservedForMs: 0 });
});

test("a restaurant that is not marked loses no event to the deletion", async () => {
  const { tenant } = await open();
  await database.inTenant(tenant.id, async (tx) => {
    const row = { tenant_id: tenant.id, seq: 1, epoch: tenant.id, envelope: "{}" };
    await tx
      .insertInto("event")
      .values({ ...row, id: tenant.id, type: "t", at: new Date() })
      .execute();
    await sql`select purge_deleted_events(10)`.execute(tx);
    expect(await tx.selectFrom("event").select("seq").execute()).toHaveLength(1);
  });
});

test("a deletion waits for an append under way and removes its rows", async () => {
  const { tenant } = await open();
  const row = { tenant_id: tenant.id, seq: 1, epoch: tenant.id, envelope: "{}" };
  const appended = Promise.withResolvers<void>();
  const deleting = Promise.withResolvers<number>();
  const release = Promise.withResolvers<void>();
  const append = database.inTenant(tenant.id, async (tx) => {
    await tx.updateTable("tenant_counter").set({ seq: 1 }).execute();
    await tx
      .insertInto("event")
      .values({ ...row, id: tenant.id, type: "t", at: new Date() })
      .execute();
    await tx.insertInto("outbox").values(row).execute();
    appended.resolve();
    await release.promise;
  });
  await appended.promise;
  const deletion = database.inTenant(tenant.id, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    deleting.resolve(rows[0]?.pid ?? 0);
    await tx.deleteFrom("tenant").where("id", "=", tenant.id).execute();
    return await tx.selectFrom("event").select("seq").execute();
  });
  const pid = await deleting.promise;
  await waitFor(async () => {
    const { rows } = await sql<{ waits: boolean }>`
      select cardinality(pg_blocking_pids(${pid})) > 0 as waits`.execute(database.db);
    return rows[0]?.waits === true;
  });
  release.resolve();
  await append;
  expect(await deletion).toEqual([]);
  await database.inTenant(tenant.id, async (tx) => {
    for (const table of ["event", "outbox", "tenant"] as const)
      expect(
        await tx
          .selectFrom(table)
          .select(sql`true`.as("found"))
          .execute(),
      ).toEqual([]);
  });
});

test("the deletion knows every table with rows of a tenant", async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition`.execute(database.db);
  expect(rows.map(({ name }) => name).sort()).toEqual([...tenantTables].sort());
});

describe("a staff session", () => {
  const start = async () => {
    const { tenant, owner } = await open();
    const id = randomUUID();
    const hash = (n: number) => `${id}:${n}`;
    await database.inTenant(tenant.id, (tx) =>
      createStaffSession(tx, { id, staffId: owner.id, tokenHash: hash(0), lifetimeS: 3_600 }),
    );
    const rotate = (from: number, to: number) =>
      database.inTenant(tenant.id, (tx) =>
        rotateStaffSession(tx, {
          maxLifetimeS: 86_400,
          presentedHash: hash(from),
          nextHashes: [hash(to)],
          lifetimeS: 3_600,
          graceS: 30,
        }),
      );
    const alive = () =>
      database.inTenant(tenant.id, async (tx) => {
        const session = await tx
          .selectFrom("staff_session")
          .select("revoked_at")
          .where("id", "=", id)
          .executeTakeFirstOrThrow();
        return session.revoked_at === null;
      });
    const later = (interval: string) =>
      database.inTenant(tenant.id, (tx) =>
        sql`update staff_session
          set rotated_at = rotated_at - ${interval}::interval,
              expires_at = expires_at - ${interval}::interval`.execute(tx),
      );
    return { id, tenant, owner, rotate, alive, later };
  };

  test("a refresh token is exchanged once; then only its successor works", async () => {
    const { id, owner, rotate, later } = await start();
    expect(await rotate(0, 1)).toMatchObject({ status: "rotated", sid: id, staff: owner });
    await later("1 minute");
    expect((await rotate(1, 2)).status).toBe("rotated");
    expect((await rotate(0, 3)).status).toBe("unknown");
  });

  test("reusing an old refresh token revokes the session", async () => {
    const { id, owner, tenant, rotate, alive, later } = await start();
    await rotate(0, 1);
    await later("1 minute");
    expect(await rotate(0, 2)).toEqual({ status: "reused", sid: id, staffId: owner.id });
    expect(await alive()).toBe(false);
    expect((await rotate(1, 3)).status).toBe("unknown");
    expect((await database.heads([tenant.id]))[0]?.revoked).toEqual([id]);
  });

  test("within the grace period the previous refresh token still works", async () => {
    const { rotate, alive } = await start();
    await rotate(0, 1);
    expect((await rotate(0, 2)).status).toBe("rotated");
    expect((await rotate(2, 3)).status).toBe("rotated");
    expect(await alive()).toBe(true);
  });

  test("a repeated exchange does not extend the grace period", async () => {
    const { rotate, later, alive } = await start();
    await rotate(0, 1);
    await later("20 seconds");
    expect((await rotate(0, 1)).status).toBe("rotated");
    await later("20 seconds");
    expect((await rotate(0, 1)).status).toBe("reused");
    expect(await alive()).toBe(false);
  });

  test("sessions that expired, were revoked or belong to inactive staff cannot refresh", async () => {
    const [expired, revoked, left] = [await start(), await start(), await start()];
    await expired.later("2 hours");
    await database.inTenant(revoked.tenant.id, async (tx) =>
      expect(await revokeStaffSessions(tx, revoked.owner.id)).toEqual([revoked.id]),
    );
    await database.inTenant(left.tenant.id, (tx) =>
      tx.updateTable("staff").set({ active: false }).execute(),
    );
    for (const { rotate } of [expired, revoked, left])
      expect((await rotate(0, 1)).status).toBe("unknown");
    expect(await revoked.alive()).toBe(false);
  });

  test("sessions are deleted a day after they ended", async () => {
    const { tenant, later } = await start();
    const purge = (atMost = 10) =>
      database.inTenant(tenant.id, (tx) => purgeStaffSessions(tx, { atMost }));
    await later("24 hours");
    expect(await purge()).toBe(0);
    await later("2 hours");
    expect([await purge(0), await purge()]).toEqual([0, 1]);
  });

  test("a session that was signed out is deleted a day later, not when it would have expired", async () => {
    const { tenant, owner } = await start();
    await database.inTenant(tenant.id, (tx) => revokeStaffSessions(tx, owner.id));
    const ago = (interval: string) =>
      database.inTenant(tenant.id, (tx) =>
        sql`update staff_session set revoked_at = now() - ${interval}::interval`.execute(tx),
      );
    const isDue = async (): Promise<boolean> => {
      for await (const { sessions } of tenantsToPurge(database.db, {
        eventsOlderThanMs: 86_400_000,
      }))
        if (sessions.includes(tenant.id)) return true;
      return false;
    };
    const purge = () =>
      database.inTenant(tenant.id, (tx) => purgeStaffSessions(tx, { atMost: 10 }));
    await ago("23 hours");
    expect([await isDue(), await purge()]).toEqual([false, 0]);
    await ago("25 hours");
    expect([await isDue(), await purge()]).toEqual([true, 1]);
  });
});
