import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import { currentSchemaVersion, latestSchemaVersion } from "./schema-version.ts";

export interface WaitForSchemaOptions<T> {
  readonly db: Kysely<T>;
  /** Ends the wait; the promise then rejects. */
  readonly signal: AbortSignal;
  readonly logger: { warn(message: string, fields?: object): void };
  /** Time between two checks, ms. */
  readonly intervalMs?: number;
}

/**
 * Resolves once the database is reachable and its schema version is at least this release's. A
 * newer schema is accepted, because migrations only expand. Logs what it waits for, once per
 * change.
 */
export async function waitForSchema<T>({
  db,
  signal,
  logger,
  intervalMs = 1_000,
}: WaitForSchemaOptions<T>): Promise<void> {
  const wanted = await latestSchemaVersion();
  let told: unknown = "nothing";
  for (;;) {
    const version = await currentSchemaVersion(db).catch((error: unknown) => error);
    if (typeof version === "number" && version >= wanted) return;
    const state = typeof version === "number" ? version : "away";
    if (state !== told)
      logger.warn(
        "waiting for the database's schema",
        typeof version === "number" ? { version, wanted } : { wanted, err: version },
      );
    told = state;
    await sleep(intervalMs, undefined, { signal });
  }
}
