import { spawnSync } from "node:child_process";
import { findRedisServer } from "./local-redis.ts";

/** Package managers by their command, and how each installs a Redis. */
const managers: readonly {
  readonly command: string;
  readonly commands: readonly (readonly string[])[];
  readonly needsRoot: boolean;
}[] = [
  {
    command: "apt-get",
    commands: [
      ["update", "-qq"],
      ["install", "-y", "-qq", "--no-install-recommends", "redis-server"],
    ],
    needsRoot: true,
  },
  { command: "dnf", commands: [["install", "-y", "-q", "valkey"]], needsRoot: true },
  { command: "apk", commands: [["add", "--quiet", "redis"]], needsRoot: true },
  { command: "brew", commands: [["install", "--quiet", "redis"]], needsRoot: false },
];

/**
 * The path of a Redis server program: the one on the PATH, else installed by the system's package
 * manager where this user may do so without a password. Throws an error that names the remedies
 * when there is none in the end.
 */
export async function ensureRedisServer(progress: (line: string) => void): Promise<string> {
  const found = findRedisServer(process.env["PATH"]);
  if (found !== undefined) return found;
  const manager = managers.find(({ command }) => spawnSync(command, ["--version"]).status === 0);
  const prefix = manager === undefined ? undefined : permission(manager.needsRoot);
  if (manager !== undefined && prefix !== undefined) {
    progress(`installing a Redis by ${manager.command} ...`);
    for (const args of manager.commands) {
      const [command = "", ...rest] = [...prefix, manager.command, ...args];
      // RUNLEVEL=1: Debian then does not start a server of the system's own
      spawnSync(command, rest, {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
      });
    }
  }
  const installed = findRedisServer(
    `${process.env["PATH"]}:/usr/bin:/usr/local/bin:/opt/homebrew/bin`,
  );
  if (installed === undefined) {
    throw new Error(
      "There is no Redis here, and it cannot be installed without a password. Install redis-server (7.0 or later) or valkey-server, start Docker, or set REDIS_URL.",
    );
  }
  return installed;
}

/**
 * What to put before a command that needs root: nothing as root, `sudo -n` where that works;
 * undefined where neither.
 */
function permission(needsRoot: boolean): readonly string[] | undefined {
  if (!needsRoot || process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
}
