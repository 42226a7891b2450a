import { LeaseLostError, UnavailableError } from "@waiter/database";
import type { Logger } from "@waiter/logger";

/**
 * Logs why a work failed for one tenant: others go on, and the next round tries this one again.
 * Rethrows what ends the round: a lost lease, or a database that is away.
 */
export function logTenantFailure(
  logger: Pick<Logger, "warn">,
  { tenant, work }: { readonly tenant: string; readonly work: string },
  err: unknown,
): void {
  if (err instanceof LeaseLostError) throw err;
  if (err instanceof UnavailableError && !err.isLimit) throw err;
  logger.warn("worker could not do its work for a tenant", { work, tenant, err });
}
