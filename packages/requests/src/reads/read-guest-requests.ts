import type { GuestRequest } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";
import type { GuestActor } from "../actor.ts";
import { toGuestRequest, type RequestRow } from "../state/request-row.ts";
import { selectPage } from "../state/select-requests.ts";

/** Most closed requests that a guest sees. */
const closedAtMost = 20;

/**
 * The requests of a guest's page, newest first: open ones of the table from any session, and this
 * session's own that were closed within the hour (for reopening). Nothing of earlier guests.
 */
export async function readGuestRequests(
  tx: TenantTransaction,
  { tableId, sessionId }: Pick<GuestActor, "tableId" | "sessionId">,
): Promise<GuestRequest[]> {
  const { rows } = await selectGuestRequests(tx.tenantId, { tableId, sessionId }).execute(tx);
  return rows.map((row) => toGuestRequest(row, sessionId));
}

/** Uses one index for each half; never reads the history of the table. */
export const selectGuestRequests = (
  tenantId: string,
  { tableId, sessionId }: Pick<GuestActor, "tableId" | "sessionId">,
): RawBuilder<RequestRow> => {
  const atTable = sql`tenant_id = ${tenantId} and table_id = ${tableId}`;
  return selectPage({
    tenantId,
    tableId,
    rows: sql`
      select * from request where ${atTable} and state in ('new', 'claimed')
      union all
      (select * from request where ${atTable} and guest_session = ${sessionId}
        and closed_at > now() - interval '1 hour' order by created_at desc limit ${closedAtMost})`,
    order: sql`r.created_at desc`,
  });
};
