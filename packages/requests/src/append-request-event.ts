import type { CommittedEvent, RequestEventType } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { guestPayload, toRequest, type RequestRow } from "./request-row.ts";

/** The event of a change, for staff whole and for the table's guests without what is not theirs. Last statement of its transaction. */
export const appendRequestEvent = (
  tx: TenantTransaction,
  type: RequestEventType,
  row: RequestRow,
  traceparent: string | undefined,
): Promise<CommittedEvent> =>
  appendEvent(tx, {
    tenantId: tx.tenantId,
    type,
    data: { request: toRequest(row) },
    requestId: row.id,
    guest: guestPayload(row),
    traceparent,
  });
