import { restaurantLimits, type Zone } from "@waiter/contracts";
import { constraintOf, type Database, type TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { requestRings } from "@waiter/ledger";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed } from "../change.ts";
import { moveOrder } from "../orders.ts";
import { refuse, refuseStale } from "../refuse.ts";
import { listedTables } from "./listed-tables.ts";

/** In the owner's order. */
export const listZones = (tx: TenantTransaction): Promise<Zone[]> =>
  tx
    .selectFrom("zone")
    .select(["id", "name", "version"])
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("position")
    .orderBy("id")
    .execute();

/** Throws `validation_failed` for a name that another zone has, and for a zone too many. */
export const createZone = (
  database: Database,
  context: ChangeContext,
  input: { readonly name: string },
  atMost: number = restaurantLimits.zones,
): Promise<Changed<{ zone: Zone }>> =>
  unlessNameTaken(
    change(database, context, "zone.create", input, async (tx, log) => {
      await moveOrder(tx, "zones"); // one after another: positions and the count hold
      if ((await listZones(tx)).length >= atMost)
        refuse("name", `a restaurant has at most ${atMost} zones`);
      const zone = await tx
        .insertInto("zone")
        .values({
          tenant_id: tx.tenantId,
          name: input.name,
          position: sql<number>`(
            select coalesce(max(position), -1) + 1 from zone where tenant_id = ${tx.tenantId})`,
        })
        .returning(["id", "name", "version"])
        .executeTakeFirstOrThrow();
      return { status: 201, body: { zone }, events: [log("zone.created", { zone })] };
    }),
  );

/**
 * Throws `not_found`, `conflict` with the zone as it is for a stale version, `validation_failed`
 * for a taken name.
 */
export const updateZone = (
  database: Database,
  context: ChangeContext,
  id: string,
  input: { readonly name?: string | undefined; readonly version: number },
): Promise<Changed<{ zone: Zone }>> =>
  unlessNameTaken(
    change(database, context, "zone.update", { id, ...input }, async (tx, log) => {
      const before = await lockZone(tx, id);
      if (before.version !== input.version) refuseStale({ zone: before });
      const zone = await tx
        .updateTable("zone")
        .set({ name: input.name ?? before.name, version: before.version + 1 })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .returning(["id", "name", "version"])
        .executeTakeFirstOrThrow();
      return { status: 200, body: { zone }, events: [log("zone.updated", { zone })] };
    }),
  );

/**
 * Deletes a zone. While tables are in it: `in_use`, unless `unzone` takes them out, which
 * `zone.deleted` tells with the tables after the change.
 */
export const deleteZone = (
  database: Database,
  context: ChangeContext,
  id: string,
  { unzone }: { readonly unzone: boolean },
): Promise<Changed<null>> =>
  change(database, context, "zone.delete", { id, unzone }, async (tx, log) => {
    const zone = await lockZone(tx, id);
    const inside = await tx
      .updateTable("dining_table")
      .set({ zone_id: null, version: sql<number>`version + 1` })
      .where("tenant_id", "=", tx.tenantId)
      .where("zone_id", "=", id)
      .returning(["id", "retired_at"])
      .execute();
    const active = inside.filter(({ retired_at }) => retired_at === null).map((row) => row.id);
    if (active.length > 0 && !unzone)
      throw new AppError("in_use", { extra: { members: { tables: active } } });
    await moveOrder(tx, "zones");
    await tx.deleteFrom("zone").where("tenant_id", "=", tx.tenantId).where("id", "=", id).execute();
    if (active.length > 0) await requestRings(tx);
    const tables = await listedTables(tx, active);
    return { status: 204, body: null, events: [log("zone.deleted", { zone, tables })] };
  });

async function lockZone(tx: TenantTransaction, id: string): Promise<Zone> {
  const row = await tx
    .selectFrom("zone")
    .select(["id", "name", "version"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return row;
}

async function unlessNameTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (constraintOf(error) === "zone_tenant_id_name_key") refuse("name", "is another zone's name");
    throw error;
  }
}
