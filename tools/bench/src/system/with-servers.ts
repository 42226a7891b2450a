import { migrate } from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { startRun } from "@waiter/testkit";

/** Runs `work` with a migrated Postgres and a Redis on this machine, and stops them. */
export async function withServers<T>(work: () => Promise<T>): Promise<T> {
  const run = await startRun(async ({ ownerUrl, appUrl, relayUrl }) => {
    await migrate({ migrationUrl: ownerUrl, appUrl, relayUrl, logger: silentLogger });
  });
  try {
    return await work();
  } finally {
    await run.stop();
  }
}
