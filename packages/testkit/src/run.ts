import { mkdtempSync, readFileSync, readdirSync, rmSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseBackend, type Backend } from "./backend.ts";
import { removeContainersOf } from "./container.ts";
import { startPostgres, type DatabaseUrls } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { createTemplate } from "./test-database.ts";
import { environmentNames } from "./test-environment.ts";

/**
 * Starts what all tests of a run share: one Postgres with a migrated template, one Redis, one folder for everything
 * else. Tells the tests by environment variables. Answers how to end it, leftovers of tests included.
 */
export async function startRun(migrate: (urls: DatabaseUrls) => Promise<void>): Promise<{ backend: Backend; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "waiter-run-"));
  chmodSync(folder, 0o755);
  process.env[environmentNames.folder] = folder;
  const backend = await chooseBackend();
  process.env[environmentNames.backend] = backend;
  const clean = async (): Promise<void> => {
    for (const pid of leftovers(folder)) process.kill(pid, "SIGKILL");
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

/** Servers that a test (or its crash) left running: only those whose pid file is in the folder of this run. */
function leftovers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      const pid = Number(readFileSync(join(folder, name, "server.pid"), "utf8"));
      process.kill(pid, 0);
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder) ? [pid] : [];
    } catch {
      return []; // no pid file, or nobody there
    }
  });
}
