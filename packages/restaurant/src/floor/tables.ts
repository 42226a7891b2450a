import { restaurantLimits, type Table } from "@waiter/contracts";
import {
  constraintOf,
  createTables as insertTables,
  listTables,
  type Database,
  type ListedTable,
  type TenantTransaction,
} from "@waiter/database";
import { AppError } from "@waiter/errors";
import { requestRings } from "@waiter/ledger";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed, type Sealing } from "../change.ts";
import { listedTables, withoutCode } from "./listed-tables.ts";
import { moveOrder } from "../orders.ts";
import { refuse, refuseStale } from "../refuse.ts";

export interface NewTables {
  readonly labels: readonly string[];
  readonly zoneId?: string | null | undefined;
}

/**
 * Makes tables, all or none, at the end of the list: one event for all of them. Throws
 * `label_taken` with the labels that other active tables have, `validation_failed` for a label
 * given twice or an unknown zone.
 */
export const createTables = (
  database: Database,
  context: ChangeContext,
  input: NewTables,
  atMost: number = restaurantLimits.tables,
): Promise<Changed<{ tables: ListedTable[] }>> =>
  unlessLabelTaken(input.labels, () =>
    change(
      database,
      context,
      "tables.create",
      input,
      async (tx, log) => {
        const { labels, zoneId } = input;
        const twice = labels.findIndex((label, index) => labels.indexOf(label) !== index);
        if (twice !== -1) refuse(`labels.${twice}`, "is in the list already");
        await moveOrder(tx, "tables"); // one after another: positions and the count hold
        await requireZone(tx, zoneId);
        const taken = await takenLabels(tx, labels);
        if (taken.length > 0) labelTaken(taken);
        const { count } = await tx
          .selectFrom("dining_table")
          .select((eb) => eb.fn.countAll<number>().as("count"))
          .where("tenant_id", "=", tx.tenantId)
          .where("retired_at", "is", null)
          .executeTakeFirstOrThrow();
        if (Number(count) + labels.length > atMost)
          refuse("labels", `a restaurant has at most ${atMost} tables`);
        const made = await insertTables(tx, labels, zoneId);
        const tables = await listTables(tx, { ids: made.map(({ id }) => id) });
        return {
          status: 201,
          body: { tables },
          events: [log("table.created", { tables: tables.map(withoutCode) })],
        };
      },
      codes,
    ),
  );

/** The stored answer has no codes; a replay shows those that the tables have by then. */
const codes: Sealing<{ tables: ListedTable[] }> = {
  seal: ({ tables }) => ({ tables: tables.map(withoutCode) }),
  reveal: async (tx, { tables }) => {
    const ids = tables.map(({ id }) => id);
    const now = new Map(
      (await listTables(tx, { retired: true, ids })).map(({ id, token }) => [id, token]),
    );
    return { tables: tables.map((table) => ({ ...table, token: now.get(table.id) ?? "" })) };
  },
};

/** Throws `not_found`, `conflict` with the table as it is for a stale version, `label_taken`. */
export const updateTable = (
  database: Database,
  context: ChangeContext,
  id: string,
  input: {
    readonly label?: string | undefined;
    readonly zoneId?: string | null | undefined;
    readonly version: number;
  },
): Promise<Changed<{ table: Table }>> =>
  unlessLabelTaken(input.label === undefined ? [] : [input.label], () =>
    change(database, context, "table.update", { id, ...input }, async (tx, log) => {
      const before = await lockTable(tx, id);
      if (before.version !== input.version) refuseStale({ table: await onlyTable(tx, id) });
      await requireZone(tx, input.zoneId);
      await tx
        .updateTable("dining_table")
        .set({
          version: before.version + 1,
          ...(input.label !== undefined && { label: input.label }),
          ...(input.zoneId !== undefined && { zone_id: input.zoneId }),
        })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .execute();
      if (input.zoneId !== undefined) await requestRings(tx);
      const table = await onlyTable(tx, id);
      return { status: 200, body: { table }, events: [log("table.updated", { table })] };
    }),
  );

/** Locks an active table's row. Throws `not_found`. */
export async function lockTable(
  tx: TenantTransaction,
  id: string,
): Promise<{ readonly version: number }> {
  const row = await tx
    .selectFrom("dining_table")
    .select("version")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .where("retired_at", "is", null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/** An active table, without its code. */
export async function onlyTable(tx: TenantTransaction, id: string): Promise<Table> {
  const [table] = await listedTables(tx, [id]);
  if (table === undefined) throw new AppError("not_found");
  return table;
}

/** A table's present code. A retired one's works nowhere; of a table that is gone it is empty. */
export async function codeOf(tx: TenantTransaction, id: string): Promise<string> {
  const [table] = await listTables(tx, { retired: true, ids: [id] });
  return table?.token ?? "";
}

async function requireZone(
  tx: TenantTransaction,
  zoneId: string | null | undefined,
): Promise<void> {
  if (zoneId === undefined || zoneId === null) return;
  const zone = await tx
    .selectFrom("zone")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", zoneId)
    .forKeyShare()
    .executeTakeFirst();
  if (zone === undefined) refuse("zoneId", "is not a zone of this restaurant");
}

async function takenLabels(tx: TenantTransaction, labels: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom("dining_table")
    .select("label")
    .where("tenant_id", "=", tx.tenantId)
    .where("retired_at", "is", null)
    .where("label", "=", sql<string>`any(${labels}::text[])`)
    .execute();
  return rows.map(({ label }) => label);
}

function labelTaken(labels: readonly string[]): never {
  throw new AppError("label_taken", {
    detail: `There is a table called ${labels.join(", ")} already.`,
    extra: { members: { labels } },
  });
}

/** The unique index decides where two managers are at it at once. */
async function unlessLabelTaken<T>(labels: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (constraintOf(error) === "dining_table_label") labelTaken(labels);
    throw error;
  }
}
