import type { Request, RequestState } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { selectRequests, toRequest, type RequestRow } from "@waiter/requests";
import { sql } from "kysely";

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
  { from, to, table, type, state, staff, cursor, limit }: RequestSearch,
): Promise<Request[]> {
  if (staff !== undefined) await requireStaffFilter(tx);
  const found = sql`
    where r.tenant_id = ${tx.tenantId}
    ${from === undefined ? sql`` : sql`and r.created_at >= ${from}::timestamptz`}
    ${to === undefined ? sql`` : sql`and r.created_at < ${to}::timestamptz`}
    ${table === undefined ? sql`` : sql`and r.table_id = ${table}::uuid`}
    ${type === undefined ? sql`` : sql`and r.type = ${type}`}
    ${state === undefined ? sql`` : sql`and r.state = ${state}`}
    ${staff === undefined ? sql`` : sql`and r.claimed_by = ${staff}::uuid`}
    ${cursor === undefined ? sql`` : after(tx, cursor)}
    order by r.created_at desc, r.id desc limit ${limit}`;
  // One snapshot of both tables: a request that is moved meanwhile is in one of them.
  const { rows } = await sql<RequestRow>`
    (${selectRequests("request")} ${found}) union all
    (${selectRequests("request_history")} ${found})
    order by "createdAt" desc, id desc limit ${limit}`.execute(tx);
  return rows.map(toRequest);
}

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

const after = (tx: TenantTransaction, cursor: string) => sql`and (r.created_at, r.id) < (
  select created_at, id from request where tenant_id = ${tx.tenantId} and id = ${cursor}::uuid
  union all
  select created_at, id from request_history
  where tenant_id = ${tx.tenantId} and id = ${cursor}::uuid limit 1)`;
