import type { DeadlineKind, TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

export interface LockedDeadline {
  readonly kind: DeadlineKind;
  readonly level: number;
  readonly due: boolean;
  /** Until it is due; never negative. */
  readonly inMs: number;
}

/**
 * Locks the request, then reads its deadlines: every change of a request rewrites its deadlines, so
 * what is read holds until COMMIT. A separate statement, so that its snapshot is taken after the
 * wait for the lock.
 */
export async function lockDeadlines(
  tx: TenantTransaction,
  requestId: string,
): Promise<ReadonlyMap<DeadlineKind, LockedDeadline>> {
  await tx
    .selectFrom("request")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", requestId)
    .forNoKeyUpdate()
    .execute();
  const { rows } = await sql<LockedDeadline>`
    select kind, level, due_at <= clock_timestamp() as due,
      greatest(0, ceil(1000 * extract(epoch from due_at - clock_timestamp())))::float8 as "inMs"
    from deadline where tenant_id = ${tx.tenantId} and request_id = ${requestId}`.execute(tx);
  return new Map(rows.map((row) => [row.kind, row]));
}
