/** What ended access tokens, as a command and as the directory read it. */
import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { guardRevoked } from "./guard-revoked.ts";
import { lookUpKey } from "./look-up-key.ts";
import { startRestaurants } from "../testing/restaurant.ts";

test("a command reads the sessions, codes and suspension that the directory names", async () => {
  await using restaurants = await startRestaurants();
  const [one, other] = [await restaurants.open(), await restaurants.open()];
  for (const { tenantId, owner } of [one, other])
    await restaurants.database.inTenant(tenantId, async (tx) => {
      await sql`
        insert into staff_session (tenant_id, id, staff_id, token_hash, expires_at, revoked_at)
        select ${tenantId}, gen_random_uuid(), ${owner.id}, ago::text, now() + interval '1 hour',
          now() - ago * interval '1 minute'
        from unnest('{0,19,21}'::int[]) ago`.execute(tx);
      await sql`
        insert into retired_code (tenant_id, id, retired_at)
        select ${tenantId}, gen_random_uuid(), now() - ago * interval '1 minute'
        from unnest('{0,39,41}'::int[]) ago`.execute(tx);
    });
  const read = async (caller: "guest" | "staff" = "staff"): Promise<string[]> => {
    let ended: ReadonlySet<string> = new Set();
    const guard = guardRevoked(caller, (revoked) => (ended = revoked));
    await restaurants.database.inTenant(one.tenantId, (tx) => lookUpKey(tx, undefined, [guard]));
    return [...ended].toSorted();
  };
  const ofDirectory = async (): Promise<string[]> => {
    const { rows } = await sql<{ revoked: string[] }>`
      select revoked from tenant_directory where id = ${one.tenantId}`.execute(
      restaurants.database.db,
    );
    return (rows[0]?.revoked ?? []).toSorted();
  };
  expect(await read()).toHaveLength(4);
  expect(await read()).toEqual(await ofDirectory());
  const { rows: codes } = await restaurants.database.inTenant(one.tenantId, (tx) =>
    sql<{ id: string }>`
      select id from retired_code where tenant_id = ${one.tenantId}
        and retired_at > now() - interval '40 minutes'`.execute(tx),
  );
  expect(await read("guest")).toEqual(codes.map(({ id }) => id).toSorted());
  await restaurants.database.inTenant(one.tenantId, (tx) =>
    sql`update tenant set suspended_at = now() where id = ${one.tenantId}`.execute(tx),
  );
  expect(await read()).toContain(one.tenantId);
  expect(await read()).toEqual(await ofDirectory());
  expect(await read("guest")).toContain(one.tenantId);
});
