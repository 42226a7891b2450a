import type { Database } from "@waiter/database";
import { sql } from "kysely";
import { guestPayload, selectRequests, type RequestRow } from "./request-row.ts";

/** What the guests of a table are to be told: `payload` is a `request` message as JSON. */
export interface GuestMessage {
  readonly tableId: string;
  readonly payload: string;
}

/**
 * A staff screen shows every event up to `seq`: marks the open requests made (or reopened) by then as seen. Neither
 * version nor event: who was not told in time reads it with the next change. Returns what guests are to be told.
 */
export const markSeen = (
  database: Database,
  tenantId: string,
  seq: number,
): Promise<GuestMessage[]> =>
  database.inTenant(tenantId, async (tx) => {
    const { rows } = await sql<RequestRow>`
      with changed as (
        update request set seen_at = now()
        where tenant_id = ${tenantId} and state in ('new', 'claimed') and seen_at is null and ${seq} >= (
          select coalesce(max(event.seq), 0) from event
          where event.tenant_id = ${tenantId} and event.request_id = request.id and event.type in ('request.created', 'request.reopened'))
        returning *
      )
      ${selectRequests("changed")}`.execute(tx);
    return rows.map(guestPayload);
  });
