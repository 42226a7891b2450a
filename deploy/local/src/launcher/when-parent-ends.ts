import { readFileSync } from "node:fs";

/**
 * Calls `then` once a package manager between the caller and this process is gone: npx, when it is
 * ended, does not always tell pnpm, and pnpm does not always tell us. The timer keeps no process
 * alive.
 */
export function whenParentEnds(then: () => void): void {
  const chain = packageManagers();
  const timer = setInterval(() => {
    if (process.ppid === chain[0] && chain.every(isAlive)) return;
    clearInterval(timer);
    then();
  }, 500);
  timer.unref();
}

/**
 * This process's parent, then its parent, as long as they belong to npm or pnpm. Without /proc: the
 * parent alone.
 */
function packageManagers(): number[] {
  const chain = [process.ppid];
  try {
    for (let pid = process.ppid; ;) {
      pid = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
      if (!/\bp?np[mx]\b/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return chain;
      chain.push(pid);
    }
  } catch {
    return chain;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it lives, under another user
  }
}
