import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLeftover } from "@waiter/local-servers";
import { chooseBackend, type Backend } from "./backend.ts";
import { removeContainersOf } from "./container.ts";
import { startPostgres, type DatabaseUrls } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { createTemplate } from "./test-database.ts";
import { environmentNames } from "./test-environment.ts";

/**
 * Starts what all tests of a run share: one Postgres with a migrated template, one Redis, one
 * folder for everything else. Tells the tests by environment variables. Answers how to end it,
 * leftovers of tests included.
 */
export async function startRun(
  migrate: (urls: DatabaseUrls) => Promise<void>,
): Promise<{ backend: Backend; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "waiter-run-"));
  chmodSync(folder, 0o755);
  process.env[environmentNames.folder] = folder;
  const backend = await chooseBackend();
  process.env[environmentNames.backend] = backend;
  const clean = async (): Promise<void> => {
    await Promise.all(
      readdirSync(folder).map((name) => endLeftover(join(folder, name), "SIGKILL")),
    );
    if (backend === "containers") await removeContainersOf(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    process.env[environmentNames.postgresUrl] = postgres.adminUrl;
    process.env[environmentNames.redisUrl] = redis.url;
    process.env[environmentNames.template] = await createTemplate(postgres.adminUrl, migrate);
    return {
      backend,
      stop: async () => {
        await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}
