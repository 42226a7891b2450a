import { prepareStatement, type Param, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { First } from "./first-statement.ts";
import type { FoundRequest, RequestRow } from "./request-row.ts";
import { calledNames, selectRequests, selectWith } from "./select-requests.ts";

/** What the last change replaced, while it can be undone. */
const undoable = sql`,
  case when (r.undo->>'at')::timestamptz > clock_timestamp() - interval '30 s' then
    jsonb_strip_nulls(r.undo) ||
    jsonb_build_object('claimedBy', r.undo->'claimedBy', 'claimedAt', r.undo->'claimedAt') end as
      undo`;

/** A request of the tenant by its id, open or in the history; takes no lock. */
export async function findRequest(
  tx: TenantTransaction,
  id: string,
): Promise<FoundRequest | undefined> {
  const [row] = await selectById.run(tx, { tenantId: tx.tenantId, id });
  return row ?? (await findMoved(tx, id));
}

const byId = (p: Param<{ tenantId: string; id: string }>) => sql<FoundRequest>`
  ${selectWith(calledNames, sql`${undoable}, now() as now`)}
  from request r
  join dining_table on dining_table.tenant_id = r.tenant_id and dining_table.id = r.table_id
  where r.tenant_id = ${p("tenantId")} and r.id = ${p("id")}`;
const selectById = prepareStatement<{ tenantId: string; id: string }, FoundRequest>(byId);

const firstById = { select: byId };
/** {@link findRequest} as a command's first statement, without the history. */
export const firstRequest = (id: string): First<FoundRequest> => ({
  statement: firstById,
  params: { id },
});

/** A request that was moved to the history can no longer change. */
export async function findMoved(
  tx: TenantTransaction,
  id: string,
): Promise<FoundRequest | undefined> {
  const [moved] = await selectMoved.run(tx, { tenantId: tx.tenantId, id });
  return moved;
}

const selectMoved = prepareStatement<{ tenantId: string; id: string }, FoundRequest>(
  (p) => sql<FoundRequest>`
    ${selectRequests("request_history", sql`, true as "isMoved", now() as now`)}
    where r.tenant_id = ${p("tenantId")} and r.id = ${p("id")}`,
);

/**
 * The open request of this type at this table, if any. Waits for a transaction that changes it, and
 * keeps it open until the own transaction ends.
 */
export async function findOpenRequest(
  tx: TenantTransaction,
  tableId: string,
  type: string,
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`${selectRequests("request")}
    where r.tenant_id = ${tx.tenantId} and r.table_id = ${tableId} and r.type = ${type} and
      r.state in ('new', 'claimed') for share of r`.execute(tx);
  return rows[0];
}
