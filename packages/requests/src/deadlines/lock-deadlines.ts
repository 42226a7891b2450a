import { prepareStatement, type DeadlineKind, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { inOrder } from "../in-order.ts";
import { findRequest } from "../state/find-request.ts";
import type { FoundRequest } from "../state/request-row.ts";

export interface LockedDeadline {
  readonly kind: DeadlineKind;
  readonly level: number;
  readonly due: boolean;
  /** Until it is due; never negative. */
  readonly inMs: number;
}

export interface LockedRequest {
  readonly deadlines: ReadonlyMap<DeadlineKind, LockedDeadline>;
  /** Undefined for a request that is gone. */
  readonly row: FoundRequest | undefined;
}

/**
 * Locks the request, then reads it and its deadlines: every change of a request rewrites its
 * deadlines, so what is read holds until COMMIT. Statements of their own, sent together with the
 * lock: the snapshot of each is taken after the wait for the lock.
 */
export async function lockDeadlines(
  tx: TenantTransaction,
  requestId: string,
): Promise<LockedRequest> {
  const keys = { tenantId: tx.tenantId, requestId };
  const locked = lockRequest.run(tx, keys);
  const [rows, row] = await inOrder(
    locked,
    Promise.all([selectDeadlines.run(tx, keys), findRequest(tx, requestId)]),
  );
  return { deadlines: new Map(rows.map((each) => [each.kind, each])), row };
}

interface Keys {
  readonly tenantId: string;
  readonly requestId: string;
}

const lockRequest = prepareStatement<Keys, { id: string }>(
  (p) => sql<{ id: string }>`
    select id from request where tenant_id = ${p("tenantId")} and id = ${p("requestId")}
    for no key update`,
);

const selectDeadlines = prepareStatement<Keys, LockedDeadline>(
  (p) => sql<LockedDeadline>`
    select kind, level, due_at <= clock_timestamp() as due,
      greatest(0, ceil(1000 * extract(epoch from due_at - clock_timestamp())))::float8 as "inMs"
    from deadline where tenant_id = ${p("tenantId")} and request_id = ${p("requestId")}`,
);
