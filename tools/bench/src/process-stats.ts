import { readFileSync } from "node:fs";

/** Clock ticks per second of /proc/<pid>/stat on Linux. */
const ticksPerSecond = 100;

/** CPU seconds (user + system, all threads) that a process has used. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
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
