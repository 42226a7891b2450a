import { randomBytes } from "node:crypto";
import type { Request, RequestType, Restaurant, Table } from "@waiter/contracts";
import { sql } from "kysely";
import type { TenantTransaction } from "./tenant-transaction.ts";

type TableRef = Request["table"];

export interface TableRecord extends TableRef {
  readonly token: string;
}

/** 128 random bits that a table's QR code carries. */
export const newTableToken = (): string => randomBytes(16).toString("base64url");

export const findTableByToken = (
  tx: TenantTransaction,
  token: string,
): Promise<(TableRef & { readonly codeId: string }) | undefined> =>
  tx
    .selectFrom("dining_table")
    .select(["id", "label", "code_id as codeId"])
    .where("tenant_id", "=", tx.tenantId)
    .where("token", "=", token)
    .executeTakeFirst();

/** Adds tables at the end, in the order given. */
export async function createTables(
  tx: TenantTransaction,
  labels: readonly string[],
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
        position: last + 1 + index,
      })),
    )
    .returning(["id", "label", "token"])
    .execute();
}

export interface TablePage {
  /** Id of the last table of the previous page; an unknown id gives an empty page. */
  readonly after?: string | undefined;
  /** Most tables; all when absent. */
  readonly limit?: number | undefined;
}

/** In the owner's order: all of them, or one page. */
export async function listTables(
  tx: TenantTransaction,
  { after, limit }: TablePage = {},
): Promise<(Table & TableRecord)[]> {
  const rows = await tx
    .selectFrom("dining_table")
    .leftJoin("zone", (join) =>
      join
        .onRef("zone.tenant_id", "=", "dining_table.tenant_id")
        .onRef("zone.id", "=", "dining_table.zone_id"),
    )
    .select(["dining_table.id", "dining_table.label", "dining_table.token", "zone.name as zone"])
    .where("dining_table.tenant_id", "=", tx.tenantId)
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(dining_table.position, dining_table.label) > (
          select position, label from dining_table where tenant_id = ${tx.tenantId} and id = ${after})`,
      ),
    )
    .orderBy("dining_table.position")
    .orderBy("dining_table.label")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map(({ zone, ...row }) => (zone === null ? row : { ...row, zone }));
}

/** The request types that guests may choose, in the owner's order. */
export const listRequestTypes = (tx: TenantTransaction): Promise<RequestType[]> =>
  tx
    .selectFrom("request_type")
    .select(["key", "label", "icon", "asks_payment as asksPayment"])
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("position")
    .orderBy("key")
    .execute();

export const readRestaurant = (tx: TenantTransaction): Promise<Restaurant | undefined> =>
  tx.selectFrom("tenant").select(["name", "slug"]).where("id", "=", tx.tenantId).executeTakeFirst();
