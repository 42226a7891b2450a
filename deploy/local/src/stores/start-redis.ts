import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { endLeftover, ensureRedisServer, findRedisServer, LocalRedis } from "@waiter/local-servers";
import type { Home } from "../home/home.ts";
import type { StoreProcess } from "./stores.ts";

const image = "redis:7-bookworm";
/** BullMQ needs noeviction; the queue survives a crash of the machine but for its last second. */
const settings = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"];

/**
 * Starts a Redis with its data in the launcher's home: a server on the PATH, else Docker's, else
 * one installed now.
 */
export async function startRedis(
  home: Home,
  env: Record<string, string | undefined>,
  progress: (line: string) => void,
): Promise<{ url: string; server: StoreProcess }> {
  const folder = home.path("redis");
  mkdirSync(folder, { recursive: true });
  await endLeftover(folder);
  const port = await home.port("redis");
  const start = async (
    command: string,
    args: readonly string[],
  ): Promise<{ url: string; server: StoreProcess }> => {
    const server = await LocalRedis.start({ command, args, folder, port, detached: true });
    return { url: server.url, server };
  };
  const found = findRedisServer(env["PATH"]);
  if (found !== undefined) return start(found, settings);
  if (spawnSync("docker", ["info"], { timeout: 10_000 }).status === 0) {
    progress(`no redis-server on the PATH: running ${image} in Docker`);
    const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
    return start("docker", [
      "run",
      "--rm",
      "--network",
      "host",
      "--volume",
      `${folder}:${folder}`,
      "--user",
      user,
      image,
      "redis-server",
      ...settings,
    ]);
  }
  return start(await ensureRedisServer(progress), settings);
}
