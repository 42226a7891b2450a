import { interval, type RelayDatabase } from "@waiter/database";
import { sql } from "kysely";

/** A ledger row that is still due. */
export interface DueRow {
  readonly tenantId: string;
  readonly deliveryId: string;
  /** Its step is over: it is sent no more. */
  readonly expired: boolean;
}

interface DueOptions {
  /** Age from which a due row is claimed, ms by Postgres' clock: its own job comes first. */
  readonly graceMs: number;
  /** How long sweepers skip a claimed row at least, ms. */
  readonly claimMs: number;
  /**
   * How long sweepers skip a row that has been due for as long already, ms: rows of a dead host and
   * of a long queue are not claimed, and their jobs added, over and over.
   */
  readonly longestClaimMs: number;
  /** Rows claimed at once. */
  readonly page: number;
  /** Leaves rows alone that a sender may still send. */
  readonly onlyExpired: boolean;
}

/**
 * Claims the rows of all tenants that a sender should have sent, or whose step is over, longest due
 * first, page by page. Sweepers that run at the same time claim different ones.
 */
export async function* claimDueDeliveries(
  db: RelayDatabase["db"],
  { graceMs, claimMs, longestClaimMs, page, onlyExpired }: DueOptions,
): AsyncGenerator<DueRow[]> {
  for (let found = page; found === page;) {
    const { rows } = await sql<DueRow>`
      update delivery set claimed_until = now() + greatest(${interval(claimMs)},
        least(now() - due_at, expires_at - now(), ${interval(longestClaimMs)}))
      where state = 'due' and ctid = any (array(
        select ctid from delivery
        where state = 'due' and due_at <= now() - ${interval(graceMs)}
          and ((channel <> 'socket' and not ${onlyExpired}::boolean) or expires_at <= now())
          and (claimed_until is null or claimed_until < now())
        order by due_at limit ${page}::integer for update skip locked))
      returning tenant_id as "tenantId", id as "deliveryId", expires_at <= now() as expired`.execute(
      db,
    );
    found = rows.length;
    if (found > 0) yield rows;
  }
}

/** Ends the claims of rows that are still due: the next sweep may claim them. */
export async function releaseDeliveries(
  db: RelayDatabase["db"],
  rows: readonly DueRow[],
): Promise<void> {
  const tenants = rows.map(({ tenantId }) => tenantId);
  const ids = rows.map(({ deliveryId }) => deliveryId);
  await sql`update delivery set claimed_until = null
    from unnest(${tenants}::uuid[], ${ids}::uuid[]) as claimed (tenant_id, id)
    where delivery.tenant_id = claimed.tenant_id and delivery.id = claimed.id
      and delivery.state = 'due'`.execute(db);
}
