import {
  renewLease,
  UnavailableError,
  type TenantTransaction,
  type WorkerLease,
} from "@waiter/database";
import type { Context } from "../context.ts";
import { inTurn } from "./in-turn.ts";
import { noteTenantFailure } from "./work-failures.ts";

/** A work of retention, by the worker that leads it. */
export interface Retention extends Pick<Context, "database" | "logger" | "metrics"> {
  readonly lease: WorkerLease;
  /** Ends it between two pages. */
  readonly signal: AbortSignal;
}

export interface Pages {
  readonly tenantId: string;
  /** For the log line of a failure. */
  readonly what: string;
  readonly page: number;
  /** Changes up to `atMost` rows; resolves with how many. */
  readonly work: (tx: TenantTransaction, page: { readonly atMost: number }) => Promise<number>;
  /** Receives the tenant where a limit ended it, such as of the wait for a lock. */
  readonly later?: Set<string> | undefined;
}

/**
 * Repeats a work for one tenant while it fills a page; resolves with the rows. Each page is a
 * transaction that renews the lease. A failure is logged, counted and leaves the tenant to the next
 * round, see {@link noteTenantFailure}; where `later` receives the tenant, it is logged alone.
 */
export async function inPages(
  { database, logger, metrics, lease, signal }: Retention,
  { tenantId, what, page, work, later }: Pages,
): Promise<number> {
  let rows = 0;
  try {
    for (let count = page; count === page && !signal.aborted; rows += count)
      count = await inTurn(() =>
        database.inTenant(tenantId, async (tx) => {
          await renewLease(tx, lease);
          return await work(tx, { atMost: page });
        }),
      );
  } catch (err) {
    if (later !== undefined && err instanceof UnavailableError && err.isLimit) {
      logger.info("worker tries a tenant again later", { work: what, tenant: tenantId, err });
      later.add(tenantId);
    } else noteTenantFailure({ logger, metrics }, { tenant: tenantId, work: what, lease }, err);
  }
  return rows;
}
