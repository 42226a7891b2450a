import { newTableToken, type Database, type TenantTransaction } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { applyCommand, requestEvent, type StaffActor } from "@waiter/requests";
import { sql } from "kysely";
import { change, type AppendOne, type ChangeContext, type Changed } from "../change.ts";
import { moveOrder } from "../orders.ts";
import { lockTable, onlyTable } from "./tables.ts";
import type { Table } from "@waiter/contracts";

/**
 * Retires a table: its code is replaced, its open requests are dismissed (reason `table_retired`,
 * one event each), then `table.retired`; its label is free. The table's row is locked first, then
 * its requests in id order: creating a request locks that row in share mode, so no open request is
 * left on a retired table.
 */
export const retireTable = (
  database: Database,
  context: ChangeContext,
  id: string,
): Promise<Changed<null>> =>
  change(database, context, "table.retire", { id }, async (tx, log) => {
    await moveOrder(tx, "tables");
    await lockTable(tx, id);
    const table = await onlyTable(tx, id);
    await tx
      .updateTable("dining_table")
      .set({
        retired_at: sql<Date>`now()`,
        token: newTableToken(),
        version: sql<number>`version + 1`,
        zone_id: null,
        muted_until: null,
      })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", id)
      .execute();
    const dismissals = await dismissOpen(tx, context, id, "table_retired");
    return { status: 204, body: null, events: [...dismissals, log("table.retired", { table })] };
  });

/**
 * Mutes a table's guests for so many minutes, or ends the mute (0). With `dismissOpen` its open
 * requests are dismissed (reason `table_muted`). Staff may still enter requests.
 */
export const muteTable = (
  database: Database,
  context: ChangeContext,
  id: string,
  { minutes, dismissOpen: dismiss }: { readonly minutes: number; readonly dismissOpen: boolean },
): Promise<Changed<{ table: Table }>> =>
  change(database, context, "table.mute", { id, minutes, dismiss }, async (tx, log) => {
    await lockTable(tx, id);
    await tx
      .updateTable("dining_table")
      .set({
        muted_until: minutes === 0 ? null : sql<Date>`now() + make_interval(mins => ${minutes})`,
        version: sql<number>`version + 1`,
      })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", id)
      .execute();
    const dismissals = dismiss ? await dismissOpen(tx, context, id, "table_muted") : [];
    const table = await onlyTable(tx, id);
    return {
      status: 200,
      body: { table },
      events: [...dismissals, log("table.muted", { table })],
    };
  });

/**
 * Dismisses a table's open requests in id order; returns the events to append, after every row
 * change.
 */
async function dismissOpen(
  tx: TenantTransaction,
  { editor, traceparent }: ChangeContext,
  tableId: string,
  reason: string,
): Promise<AppendOne[]> {
  const open = await tx
    .selectFrom("request")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("table_id", "=", tableId)
    .where("state", "in", ["new", "claimed"])
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
  const actor: StaffActor = { kind: "staff", id: editor.id ?? "", role: "manager" };
  const events: AppendOne[] = [];
  for (const { id } of open) {
    const command = { name: "dismiss", reason } as const;
    const { row, change: made } = await applyCommand(tx, id, { command, actor });
    if (typeof made !== "string")
      events.push((in_) =>
        appendEvent(
          in_,
          requestEvent({ tenantId: in_.tenantId, actor, traceparent }, made.event, row),
        ),
      );
  }
  return events;
}
