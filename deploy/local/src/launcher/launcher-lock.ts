import { readFileSync } from "node:fs";
import type { Home } from "../home/home.ts";

/**
 * Makes this process the only launcher of its home; throws when another one runs. Returns a
 * function that releases the home.
 */
export function lockHome(home: Home): () => void {
  const other = runningLauncher(home);
  if (other !== undefined)
    throw new Error(
      `Waiter already runs from ${home.folder} (process ${other}). Stop it first, or set WAITER_HOME and PORT for a second one.`,
    );
  home.write("launcher.pid", `${process.pid}\n`);
  return () => home.remove("launcher.pid");
}

function runningLauncher(home: Home): number | undefined {
  try {
    const pid = Number(readFileSync(home.path("launcher.pid"), "utf8"));
    process.kill(pid, 0);
    return pid === process.pid || !isLauncher(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

/** The number may belong to another process by now. */
function isLauncher(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("deploy/local/src/main.ts");
  } catch {
    return true; // no /proc on this system: better to refuse once too often
  }
}
