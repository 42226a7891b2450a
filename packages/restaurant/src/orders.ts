import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed } from "./change.ts";
import { refuse, refuseStale } from "./refuse.ts";
import type { Database } from "@waiter/database";

/** The three lists that a manager puts into order: their table, key, event and version. */
export const orders = {
  tables: { table: "dining_table", key: "id", column: "table_order", event: "table.ordered" },
  zones: { table: "zone", key: "id", column: "zone_order", event: "zone.ordered" },
  requestTypes: {
    table: "request_type",
    key: "key",
    column: "type_order",
    event: "request_type.ordered",
  },
} as const;
export type Ordered = keyof typeof orders;

/**
 * Counts one change of the list's members or order; every reordering that was read before is stale
 * from now on.
 */
export async function moveOrder(tx: TenantTransaction, list: Ordered): Promise<number> {
  const { column } = orders[list];
  const { rows } = await sql<{ version: number }>`
    update tenant set ${sql.ref(column)} = ${sql.ref(column)} + 1 where id = ${tx.tenantId}
    returning ${sql.ref(column)} as version`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new AppError("tenant_unknown");
  return row.version;
}

/** The version of a list's order, which a PUT of the order names. */
export async function orderVersion(tx: TenantTransaction, list: Ordered): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select ${sql.ref(orders[list].column)} as version
    from tenant where id = ${tx.tenantId}`.execute(tx);
  return rows[0]?.version ?? 1;
}

/**
 * Puts a list into the order given: one event. Throws `conflict` with the present order where
 * `version` is stale, and `validation_failed` where `members` are not exactly the list's active
 * members.
 */
export const putOrder = (
  database: Database,
  context: ChangeContext,
  list: Ordered,
  { members, version }: { readonly members: readonly string[]; readonly version: number },
): Promise<Changed<object>> => {
  const { table, key, event } = orders[list];
  const name = key === "id" ? "ids" : "keys";
  return change(database, context, event, { members, version }, async (tx, log) => {
    const next = await moveOrder(tx, list); // locks the tenant's row
    const { rows } = await sql<{ member: string }>`
      select ${sql.ref(key)}::text as member from ${sql.table(table)}
      where tenant_id = ${tx.tenantId} ${table === "zone" ? sql`` : sql`and retired_at is null`}
      order by position, ${sql.ref(key)}`.execute(tx);
    const present = rows.map(({ member }) => member);
    if (next !== version + 1)
      refuseStale({
        [name]: present,
        version: next - 1,
        order: { [name]: present, version: next - 1 },
      });
    const known = new Set(present);
    const unknown = members.findIndex((member) => !known.has(member));
    if (unknown !== -1) refuse(`${name}.${unknown}`, "is not in the list");
    if (new Set(members).size !== members.length || members.length !== present.length)
      refuse(name, "must name each member of the list once");
    await sql`
      update ${sql.table(table)} as t set position = given.position - 1
      from unnest(${members}::text[]) with ordinality as given (member, position)
      where t.tenant_id = ${tx.tenantId} and t.${sql.ref(key)}::text = given.member`.execute(tx);
    const body = { [name]: members, version: next };
    return { status: 200, body, events: [log(event, body)] };
  });
};
