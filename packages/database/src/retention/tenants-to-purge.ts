import { sql } from "kysely";
import { interval } from "../interval.ts";
import type { Database } from "../database.ts";

/** Tenants that have old rows, by the kind of row. */
export interface TenantsToPurge {
  readonly answers: readonly string[];
  readonly events: readonly string[];
  readonly sessions: readonly string[];
}

export interface PurgeSearch {
  /** Events younger than this are kept, ms. */
  readonly eventsOlderThanMs: number;
  /** Tenants looked at by one statement. */
  readonly page?: number;
}

interface ScannedPage extends TenantsToPurge {
  readonly scanned: number;
  readonly lastId: string | null;
}

/** Yields, page by page over all tenants, those with rows to purge: one statement per page. */
export async function* tenantsToPurge(
  db: Database["db"],
  { eventsOlderThanMs, page = 5_000 }: PurgeSearch,
): AsyncGenerator<TenantsToPurge> {
  let after: string | null = null;
  let found: ScannedPage | undefined;
  do {
    found = await scan(db, after, page, eventsOlderThanMs);
    if (found !== undefined && found.scanned > 0) yield found;
    after = found?.lastId ?? null;
  } while (found?.scanned === page);
}

async function scan(
  db: Database["db"],
  after: string | null,
  page: number,
  eventsOlderThanMs: number,
): Promise<ScannedPage | undefined> {
  const { rows } = await sql<ScannedPage>`
    select scanned, last_id as "lastId", answers, events, sessions
    from tenants_to_purge(${after}::uuid, ${page}::integer,
      ${interval(eventsOlderThanMs)})`.execute(db);
  return rows[0];
}
