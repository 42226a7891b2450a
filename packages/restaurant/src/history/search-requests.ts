import type { Request, RequestState } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { movedColumns, selectPage, toRequest, type RequestRow } from "@waiter/requests";
import { sql, type RawBuilder } from "kysely";

export interface RequestSearch {
  /** Created at or after; before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Ids, keys and states; all that are given must fit. */
  readonly table?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: RequestState | undefined;
  /** Who claimed it: refused as `forbidden` until the owner turned this filter on. */
  readonly staff?: string | undefined;
  /** Id of the last request of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Open and closed requests, the newest first, at most `limit`. */
export async function searchRequests(
  tx: TenantTransaction,
  search: RequestSearch,
): Promise<Request[]> {
  if (search.staff !== undefined) await requireStaffFilter(tx);
  const { rows } = await selectFound(tx.tenantId, search).execute(tx);
  return rows.map(toRequest);
}

const columns = sql.join(movedColumns.map((name) => sql.ref(`r.${name}`)));

/**
 * Reads a page of each table by its index, however many requests the restaurant has, and joins the
 * names of the rows that both together show.
 */
export const selectFound = (
  tenantId: string,
  { from, to, table, type, state, staff, cursor, limit }: RequestSearch,
): RawBuilder<RequestRow> => {
  const page = (source: "request" | "request_history") => sql`(
    select ${columns} from ${sql.table(source)} r
    where r.tenant_id = ${tenantId}
    ${from === undefined ? sql`` : sql`and r.created_at >= ${from}::timestamptz`}
    ${to === undefined ? sql`` : sql`and r.created_at < ${to}::timestamptz`}
    ${table === undefined ? sql`` : sql`and r.table_id = ${table}::uuid`}
    ${type === undefined ? sql`` : sql`and r.type = ${type}`}
    ${state === undefined ? sql`` : sql`and r.state = ${state}`}
    ${staff === undefined ? sql`` : sql`and r.claimed_by = ${staff}::uuid`}
    ${cursor === undefined ? sql`` : after(tenantId, cursor)}
    order by r.created_at desc, r.id desc limit ${limit})`;
  // One snapshot of both tables: a request that is moved meanwhile is in one of them.
  const rows = sql`${page("request")} union all ${page("request_history")}
    order by created_at desc, id desc limit ${limit}`;
  return selectPage({ tenantId, rows, order: sql`r.created_at desc, r.id desc` });
};

async function requireStaffFilter(tx: TenantTransaction): Promise<void> {
  const row = await tx
    .selectFrom("tenant")
    .select("staff_search")
    .where("id", "=", tx.tenantId)
    .executeTakeFirst();
  if (row?.staff_search !== true)
    throw new AppError("forbidden", {
      detail: "The owner has not turned on the search by person.",
    });
}

const after = (tenantId: string, cursor: string) => sql`and (r.created_at, r.id) < (
  select created_at, id from request where tenant_id = ${tenantId} and id = ${cursor}::uuid
  union all
  select created_at, id from request_history
  where tenant_id = ${tenantId} and id = ${cursor}::uuid limit 1)`;
