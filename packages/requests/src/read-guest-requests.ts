import type { GuestRequest } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";
import type { GuestActor } from "./actor.ts";
import { selectRequests, toGuestRequest, type RequestRow } from "./request-row.ts";

/** How much a guest looks back on, and how far. */
const closedAtMost = 20;

/**
 * What a guest's page shows, newest first: what waits at the table, whoever asked for it, and what this session asked for
 * and was closed within the hour (to be reopened). Never what an earlier party at the table had.
 */
export async function readGuestRequests(
  tx: TenantTransaction,
  { tableId, sessionId }: Pick<GuestActor, "tableId" | "sessionId">,
): Promise<GuestRequest[]> {
  const { rows } = await selectGuestRequests(tx.tenantId, { tableId, sessionId }).execute(tx);
  return rows.map((row) => toGuestRequest(row, sessionId));
}

/** Reads what is open at the table and what this session asked for, by an index each: never the table's history. */
export const selectGuestRequests = (
  tenantId: string,
  { tableId, sessionId }: Pick<GuestActor, "tableId" | "sessionId">,
): RawBuilder<RequestRow> =>
  sql<RequestRow>`
    (${selectRequests("request")} where r.tenant_id = ${tenantId} and r.table_id = ${tableId} and r.state in ('new', 'claimed'))
    union all
    (${selectRequests("request")} where r.tenant_id = ${tenantId} and r.table_id = ${tableId} and r.guest_session = ${sessionId}
      and r.closed_at > now() - interval '1 hour' order by r.created_at desc limit ${closedAtMost})
    order by "createdAt" desc`;
