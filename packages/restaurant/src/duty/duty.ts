import { restaurantLimits, uuid, type Duty } from "@waiter/contracts";
import type { Database, TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { requestRings } from "@waiter/ledger";
import { sql } from "kysely";
import { z } from "zod";
import { change, type ChangeContext, type Changed } from "../change.ts";
import { lockTenant } from "../lock-tenant.ts";
import { refuse } from "../refuse.ts";

/** Who is on duty, since when, and for which tables and zones; by the time they started. */
export const listDuty = async (tx: TenantTransaction): Promise<Duty[]> =>
  (await readDuty(tx)).flatMap(({ duty, active }) => (active ? [duty] : []));

/**
 * Every row, or one person's, also those that a release before left behind for deactivated people.
 */
export async function readDuty(
  tx: TenantTransaction,
  staffId?: string,
): Promise<{ readonly duty: Duty; readonly active: boolean }[]> {
  const rows = await tx
    .selectFrom("duty")
    .innerJoin("staff", (join) =>
      join.onRef("staff.tenant_id", "=", "duty.tenant_id").onRef("staff.id", "=", "duty.staff_id"),
    )
    .select(["staff.id", "staff.name", "staff.role", "staff.active"])
    .select(["duty.since", "duty.tables", "duty.zones"])
    .where("duty.tenant_id", "=", tx.tenantId)
    .$if(staffId !== undefined, (query) => query.where("duty.staff_id", "=", staffId ?? ""))
    .orderBy("duty.since")
    .orderBy("staff.id")
    .execute();
  return rows.map(({ since, tables, zones, active, ...staff }) => ({
    duty: { staff, since: since.toISOString(), tables: tables ?? "all", zones },
    active,
  }));
}

export interface DutyInput {
  readonly tables: "all" | readonly string[];
  readonly zones: readonly string[];
}

/**
 * Starts, changes or confirms one's own duty: for everything, or for some tables and zones. Waiting
 * requests ring the people whom they address from now on. Throws `forbidden` for a screen, and
 * `validation_failed` for a table or zone that does not exist, and where all people on duty would
 * name more than `atMost` tables and zones together: the board and each step read all of them. Who
 * names no more than before is not refused, so that a lower limit ends no duty.
 */
export const putDuty = (
  database: Database,
  context: ChangeContext & { readonly editor: { readonly id: string } },
  input: DutyInput,
  atMost: number = restaurantLimits.dutyPlaces,
): Promise<Changed<{ duty: Duty }>> =>
  change(database, context, "duty.put", input, async (tx, log) => {
    if (context.editor.role === "screen") throw new AppError("forbidden");
    const tables = input.tables === "all" ? null : [...new Set(input.tables)];
    const zones = [...new Set(input.zones)];
    await requireKnown(tx, "tables", sql`dining_table`, tables ?? []);
    await requireKnown(tx, "zones", sql`zone`, zones);
    await lockTenant(tx);
    const named = (tables?.length ?? 0) + zones.length;
    const { own, others } = await countPlaces(tx, context.editor.id);
    if (named > own && named + others > atMost)
      refuse("tables", `all people on duty name at most ${atMost} places together; take all`);
    const { rows } = await sql<{ started: boolean }>`
      insert into duty (tenant_id, staff_id, tables, zones)
      values (${tx.tenantId}, ${context.editor.id}, ${tables}::uuid[], ${zones}::uuid[])
      on conflict (tenant_id, staff_id) do update
        set tables = excluded.tables, zones = excluded.zones, confirmed_at = now(),
          device_ended_at = null
      returning xmax = 0 as started`.execute(tx);
    const duty = await ownDuty(tx, context.editor.id);
    await requestRings(tx);
    const type = rows[0]?.started === true ? "duty.started" : "duty.changed";
    return { status: 200, body: { duty }, events: [log(type, { duty })] };
  });

/** Ends one's own duty; ending none is no change. */
export const endDuty = (
  database: Database,
  context: ChangeContext & { readonly editor: { readonly id: string } },
): Promise<Changed<null>> =>
  change(database, context, "duty.end", {}, async (tx, log) => {
    const duty = await dropDuty(tx, context.editor.id);
    if (duty !== undefined) await requestRings(tx);
    const events = duty === undefined ? [] : [log("duty.ended", { duty })];
    return { status: 204, body: null, events };
  });

/** Deletes a person's duty; returns what it was, undefined off duty. */
export async function dropDuty(tx: TenantTransaction, staffId: string): Promise<Duty | undefined> {
  await lockTenant(tx);
  const [own] = await readDuty(tx, staffId);
  await tx
    .deleteFrom("duty")
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .execute();
  return own?.duty;
}

async function ownDuty(tx: TenantTransaction, staffId: string): Promise<Duty> {
  const [own] = await readDuty(tx, staffId);
  if (own?.active !== true) throw new AppError("not_found");
  return own.duty;
}

interface Places {
  readonly own: number;
  readonly others: number;
}

/** How many tables and zones a person's duty names, and those of the others; `all` names none. */
async function countPlaces(tx: TenantTransaction, staffId: string): Promise<Places> {
  const { rows } = await sql<Places>`
    select coalesce(sum(places) filter (where staff_id = ${staffId}), 0)::integer as own,
      coalesce(sum(places) filter (where staff_id <> ${staffId}), 0)::integer as others
    from (select staff_id, coalesce(cardinality(tables), 0) + cardinality(zones) as places
      from duty where tenant_id = ${tx.tenantId}) as named`.execute(tx);
  return rows[0] ?? { own: 0, others: 0 };
}

async function requireKnown(
  tx: TenantTransaction,
  path: "tables" | "zones",
  table: ReturnType<typeof sql>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  z.array(uuid).parse(ids);
  const { rows } = await sql<{ id: string }>`
    select id from ${table} where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
    ${path === "tables" ? sql`and retired_at is null` : sql``}`.execute(tx);
  const known = new Set(rows.map(({ id }) => id));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown !== -1) refuse(`${path}.${unknown}`, "does not exist");
}
