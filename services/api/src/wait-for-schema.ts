import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@waiter/logger";

export interface WaitForSchemaOptions {
  /** The database's version; rejects while the database is away. */
  readonly current: () => Promise<number>;
  /** This release's own. */
  readonly wanted: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly intervalMs?: number;
}

/** Resolves once the schema is at least this release's: a newer one is fine, as migrations only expand within a release. */
export async function waitForSchema({ current, wanted, signal, logger, intervalMs = 1_000 }: WaitForSchemaOptions): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const version = await current().catch((error: unknown) => error);
    if (typeof version === "number" && version >= wanted) return;
    if (attempt === 0) logger.warn("waiting for the database's schema", typeof version === "number" ? { version, wanted } : { wanted, err: version });
    await sleep(intervalMs, undefined, { signal });
  }
}
