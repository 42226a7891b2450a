import { sql, type RawBuilder } from "kysely";
import { interval } from "../interval.ts";
import type { Database } from "../database.ts";

interface FoundPage {
  readonly scanned: number;
  readonly lastId: string | null;
  readonly tenants: readonly string[];
}
/** Tenants looked at by one statement. */
const pageSize = 5_000;

/** Yields, page by page over all tenants, those with ledger rows older than that. */
export const tenantsWithOldDeliveries = (
  db: Database["db"],
  { olderThanMs }: { readonly olderThanMs: number },
): AsyncGenerator<readonly string[]> =>
  pages(
    db,
    (after) => sql<FoundPage>`
      select scanned, last_id as "lastId", deliveries as tenants
      from tenants_with_old_deliveries(${after}::uuid, ${pageSize}::integer,
        ${interval(olderThanMs)})`,
  );

/**
 * Yields, page by page over all tenants, those with people whose duty may have ended: the time of
 * its next look has come, or its last device was signed out. Services of 0.2.0 use `atLongestMs`.
 */
export const tenantsWithDuty = (
  db: Database["db"],
  { atLongestMs }: { readonly atLongestMs: number },
): AsyncGenerator<readonly string[]> =>
  pages(
    db,
    (after) => sql<FoundPage>`
      select scanned, last_id as "lastId", tenants
      from tenants_with_duty(${after}::uuid, ${pageSize}::integer,
        ${interval(atLongestMs)})`,
  );

/** Yields, page by page over all tenants, those with requests that were closed an hour ago. */
export const tenantsWithClosedRequests = (db: Database["db"]): AsyncGenerator<readonly string[]> =>
  pages(
    db,
    (after) => sql<FoundPage>`
      select scanned, last_id as "lastId", tenants
      from tenants_with_closed(${after}::uuid, ${pageSize}::integer)`,
  );

/**
 * Yields, page by page over all tenants, those with closed requests older than `keptMs`, or with a
 * note or a guest session older than `personalForMs`.
 */
export const tenantsWithOldRequests = (
  db: Database["db"],
  { personalForMs, keptMs }: { readonly personalForMs: number; readonly keptMs: number },
): AsyncGenerator<readonly string[]> =>
  pages(
    db,
    (after) => sql<FoundPage>`
      select scanned, last_id as "lastId", tenants
      from tenants_with_old_requests(${after}::uuid, ${pageSize}::integer,
        ${interval(personalForMs)},
        ${interval(keptMs)})`,
  );

async function* pages(
  db: Database["db"],
  pageAfter: (after: string | null) => RawBuilder<FoundPage>,
): AsyncGenerator<readonly string[]> {
  let after: string | null = null;
  let found: FoundPage | undefined;
  do {
    found = (await pageAfter(after).execute(db)).rows[0];
    if (found !== undefined && found.tenants.length > 0) yield found.tenants;
    after = found?.lastId ?? null;
  } while (found?.scanned === pageSize);
}
