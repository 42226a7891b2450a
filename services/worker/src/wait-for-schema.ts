import { currentSchemaVersion, latestSchemaVersion } from "@waiter/database";
import { loop } from "@waiter/lifecycle";
import type { WorkerContext } from "./context.ts";

/** Resolves once the database can be reached and its schema is at least this release's, or the signal aborts. */
export async function waitForSchema({ database, logger }: Pick<WorkerContext, "database" | "logger">, signal: AbortSignal): Promise<void> {
  const wanted = await latestSchemaVersion();
  const found = new AbortController();
  await loop({
    name: "wait for schema",
    intervalMs: 1_000,
    signal: AbortSignal.any([signal, found.signal]),
    run: async () => {
      const version = await currentSchemaVersion(database.db);
      if (version >= wanted) found.abort();
      else logger.warn("waiting for the migration", { version, wanted });
    },
    onError: (err) => logger.warn("waiting for the database", { err }),
  });
}
