import { existsSync, readFileSync } from "node:fs";

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/**
 * Bytes that the kernel of this machine holds for its own objects (sockets, files, their inodes)
 * and for the buffers of TCP. 0 where `/proc` does not tell. The whole machine counts: compare two
 * readings on a quiet one.
 */
export function kernelBytes(): number {
  if (!existsSync("/proc/net/sockstat")) return 0;
  const slab = number(readFileSync("/proc/meminfo", "utf8"), /^SUnreclaim:\s+(\d+) kB/m);
  const pages = number(readFileSync("/proc/net/sockstat", "utf8"), /^TCP: .* mem (\d+)/m);
  return slab * 1_024 + pages * 4_096;
}
