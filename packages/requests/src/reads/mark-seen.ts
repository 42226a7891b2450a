import type { Database } from "@waiter/database";
import { saveScreens, type SeenScreen } from "@waiter/ledger";
import { sql } from "kysely";
import { guestPayload, type RequestRow } from "../state/request-row.ts";
import { selectRequests } from "../state/select-requests.ts";

/** A message for the guests of a table: `payload` is a `request` message as JSON. */
export interface GuestMessage {
  readonly tableId: string;
  readonly payload: string;
}

/**
 * Marks the open requests created or reopened up to `seq` as seen: a staff screen shows them, so
 * that they have reached a person. Saves what each screen acknowledged, which withholds pushes to
 * people in front of their screen. Changes neither version nor event; a guest that misses the
 * message reads it with the next change. Returns the messages for the guests.
 */
export const markSeen = (
  database: Database,
  tenantId: string,
  seq: number,
  screens: readonly SeenScreen[] = [],
): Promise<GuestMessage[]> =>
  database.inTenant(tenantId, async (tx) => {
    await saveScreens(tx, screens);
    const { rows } = await sql<RequestRow>`
      with changed as (
        update request set seen_at = now(), unreached_at = null
        where tenant_id = ${tenantId} and state in ('new', 'claimed') and seen_at is null and
          ${seq} >= (
          select coalesce(max(event.seq), 0) from event
          where event.tenant_id = ${tenantId} and event.request_id = request.id and event.type in
            ('request.created', 'request.reopened'))
        returning *
      )
      ${selectRequests("changed")}`.execute(tx);
    return rows.map(guestPayload);
  });
