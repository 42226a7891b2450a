import { randomBytes } from "node:crypto";
import type { Request, RequestType, Restaurant, Table } from "@waiter/contracts";
import { sql, type Selectable } from "kysely";
import type { RequestTypeTable } from "../schema/schema.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

type TableRef = Request["table"];

export interface TableRecord extends TableRef {
  readonly token: string;
}

/** 128 random bits that a table's QR code carries. */
export const newTableToken = (): string => randomBytes(16).toString("base64url");

export const findTableByToken = (
  tx: TenantTransaction,
  token: string,
): Promise<
  (TableRef & { readonly codeId: string; readonly mutedUntil: Date | null }) | undefined
> =>
  tx
    .selectFrom("dining_table")
    .select(["id", "label", "code_id as codeId"])
    .select(sql<Date | null>`case when muted_until > now() then muted_until end`.as("mutedUntil"))
    .where("tenant_id", "=", tx.tenantId)
    .where("token", "=", token)
    .where("retired_at", "is", null)
    .executeTakeFirst();

/** Adds tables at the end, in the order given. */
export async function createTables(
  tx: TenantTransaction,
  labels: readonly string[],
  zoneId?: string | null,
): Promise<TableRecord[]> {
  if (labels.length === 0) return [];
  const { last } = await tx
    .selectFrom("dining_table")
    .select((eb) => eb.fn.coalesce(eb.fn.max("position"), eb.lit(-1)).as("last"))
    .where("tenant_id", "=", tx.tenantId)
    .executeTakeFirstOrThrow();
  return tx
    .insertInto("dining_table")
    .values(
      labels.map((label, index) => ({
        tenant_id: tx.tenantId,
        label,
        token: newTableToken(),
        zone_id: zoneId ?? null,
        position: last + 1 + index,
      })),
    )
    .returning(["id", "label", "token"])
    .execute();
}

/** A table with its code; `retiredAt` only where retired ones were asked for. */
export type ListedTable = Table & TableRecord & { readonly retiredAt?: string };

export interface TablePage {
  /** Includes retired tables. */
  readonly retired?: boolean | undefined;
  /** Id of the last table of the previous page; an unknown id gives an empty page. */
  readonly after?: string | undefined;
  /** Most tables; all when absent. */
  readonly limit?: number | undefined;
  /** Of these alone. */
  readonly ids?: readonly string[];
}

/** In the owner's order: all of them, or one page. */
export async function listTables(
  tx: TenantTransaction,
  { after, limit, retired = false, ids }: TablePage = {},
): Promise<ListedTable[]> {
  const rows = await tx
    .selectFrom("dining_table")
    .leftJoin("zone", (join) =>
      join
        .onRef("zone.tenant_id", "=", "dining_table.tenant_id")
        .onRef("zone.id", "=", "dining_table.zone_id"),
    )
    .select([
      "dining_table.id",
      "dining_table.label",
      "dining_table.token",
      "dining_table.version",
      "dining_table.zone_id as zoneId",
      "dining_table.retired_at as retiredAt",
      "dining_table.checked_at as checkedAt",
      "zone.name as zone",
    ])
    .select(
      sql<Date | null>`case when dining_table.muted_until > now()
        then dining_table.muted_until end`.as("mutedUntil"),
    )
    .where("dining_table.tenant_id", "=", tx.tenantId)
    .$if(!retired, (query) => query.where("dining_table.retired_at", "is", null))
    .$if(ids !== undefined, (query) =>
      query.where("dining_table.id", "=", sql<string>`any(${ids}::uuid[])`),
    )
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(dining_table.position, dining_table.label, dining_table.id) > (
          select position, label, id from dining_table where tenant_id = ${tx.tenantId} and id = ${after})`,
      ),
    )
    .orderBy("dining_table.position")
    .orderBy("dining_table.label")
    .orderBy("dining_table.id")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map(({ zone, zoneId, mutedUntil, retiredAt, checkedAt, ...row }) => ({
    ...row,
    ...(zone !== null && { zone }),
    ...(zoneId !== null && { zoneId }),
    ...(mutedUntil !== null && { mutedUntil: mutedUntil.toISOString() }),
    ...(retiredAt !== null && { retiredAt: retiredAt.toISOString() }),
    ...(checkedAt !== null && { checkedAt: checkedAt.toISOString() }),
  }));
}

/**
 * The request types that guests may choose, in the owner's order; `retired` includes the others.
 * All of them, or at most `limit` behind the type with the key `after`.
 */
export async function listRequestTypes(
  tx: TenantTransaction,
  { after, limit, retired = false }: Omit<TablePage, "ids"> = {},
): Promise<ListedRequestType[]> {
  const rows = await tx
    .selectFrom("request_type")
    .select(requestTypeColumns)
    .where("tenant_id", "=", tx.tenantId)
    .$if(!retired, (query) => query.where("retired_at", "is", null))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(position, key) > (
          select position, key from request_type where tenant_id = ${tx.tenantId} and key = ${after})`,
      ),
    )
    .orderBy("position")
    .orderBy("key")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map(toRequestType);
}

export type ListedRequestType = RequestType & { readonly retiredAt?: string };

export const requestTypeColumns = [
  "key",
  "label",
  "icon",
  "asks_payment",
  "allows_note",
  "late_after_s",
  "translations",
  "version",
  "retired_at",
] as const;

/** A request type as it crosses a process: absent fields instead of nulls. */
export const toRequestType = (
  row: Pick<Selectable<RequestTypeTable>, (typeof requestTypeColumns)[number]>,
): ListedRequestType => ({
  key: row.key,
  label: row.label,
  icon: row.icon,
  asksPayment: row.asks_payment,
  allowsNote: row.allows_note,
  version: row.version,
  ...(row.late_after_s !== null && { lateAfterS: row.late_after_s }),
  ...(Object.keys(row.translations).length > 0 && { translations: row.translations }),
  ...(row.retired_at !== null && { retiredAt: row.retired_at.toISOString() }),
});

export const readRestaurant = (tx: TenantTransaction): Promise<Restaurant | undefined> =>
  tx.selectFrom("tenant").select(["name", "slug"]).where("id", "=", tx.tenantId).executeTakeFirst();

/** The tenant's position: the newest event that this transaction's reads include at least. */
export async function readHead(
  tx: TenantTransaction,
): Promise<{ readonly epoch: string; readonly seq: number }> {
  return tx
    .selectFrom("tenant_counter")
    .select(["epoch", "seq"])
    .where("tenant_id", "=", tx.tenantId)
    .executeTakeFirstOrThrow();
}
