import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endLeftover } from "@waiter/local-servers";
import type { Home } from "../home/home.ts";
import { dataFolder } from "../stores/start-postgres.ts";

/**
 * Empties the stores that the launcher keeps itself. Keys, passwords and ports stay: they hold no
 * data.
 */
export async function resetHome(home: Home): Promise<void> {
  for (const folder of [dataFolder(home), home.path("redis")]) {
    await endLeftover(folder, "SIGINT");
    rmSync(folder, { recursive: true, force: true });
  }
  // The folder itself stays: the services that start next write into it.
  for (const name of readdirSync(home.path("logs"))) home.remove(join("logs", name));
}
