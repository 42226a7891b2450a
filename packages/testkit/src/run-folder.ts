import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testEnvironment } from "./test-environment.ts";

/**
 * A new folder for one server, inside the run's own, which the global teardown removes.
 *
 * Others may pass through it: started as root, Postgres runs as another user.
 */
export function newServerFolder(name: string): string {
  const folder = mkdtempSync(join(testEnvironment("folder") ?? tmpdir(), `waiter-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}
