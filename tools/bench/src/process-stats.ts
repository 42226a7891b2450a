import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks per second of /proc/<pid>/stat on Linux. */
const ticksPerSecond = 100;

/** CPU seconds (user + system, all threads) that a process has used. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** CPU seconds of a process, all threads. */
export interface CpuTimes {
  readonly user: number;
  readonly system: number;
}

/** What a process has used; zero when it has ended. */
export function cpuTimes(pid: number): CpuTimes {
  const fields = statOf(pid);
  return {
    user: Number(fields?.[11] ?? 0) / ticksPerSecond,
    system: Number(fields?.[12] ?? 0) / ticksPerSecond,
  };
}

/** CPU seconds of a process and of its children, also of children that have ended. */
export function treeCpuSeconds(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const fields = statOf(Number(name));
    if (fields === undefined) continue;
    const isRoot = Number(name) === pid;
    if (!isRoot && Number(fields[1]) !== pid) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
    if (isRoot) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return ticks / ticksPerSecond;
}

/** The fields of /proc/<pid>/stat after the name; undefined when the process has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1_024;
}

/**
 * Waits until resident memory stops moving by more than `tolerance` between two looks, and returns
 * it.
 */
export async function settledResidentBytes(
  pid: number,
  { tolerance = 0.005, everyMs = 2_000, atMostMs = 30_000 } = {},
): Promise<number> {
  let before = residentBytes(pid);
  for (const end = Date.now() + atMostMs; Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const now = residentBytes(pid);
    if (Math.abs(now - before) / before < tolerance) return now;
    before = now;
  }
  return before;
}
