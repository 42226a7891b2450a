import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.ts";

/** Another release of this repository, installed and ready to run. Gone when disposed of. */
export interface Release extends AsyncDisposable {
  readonly root: string;
}

/**
 * Checks `commit` out into a git worktree of its own, in a temporary folder, and installs what its
 * lockfile names.
 */
export async function checkOut(repository: string, commit: string): Promise<Release> {
  const folder = mkdtempSync(join(tmpdir(), "waiter-release-"));
  const root = join(folder, "waiter");
  const dispose = async (): Promise<void> => {
    await run("git", ["worktree", "remove", "--force", root], repository).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run("git", ["worktree", "add", "--detach", root, commit], repository);
    // What is in the store needs no network; services run from their sources, so nothing is built.
    await run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], root);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { root, [Symbol.asyncDispose]: dispose };
}
