import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "../home/home.ts";
import type { LocalFile } from "./local-file.ts";

/**
 * Ends the services of a launcher that was killed: those that `local.json` names and that carry our
 * secret.
 */
export async function endLeftoverServices(home: Home): Promise<void> {
  let file: LocalFile;
  try {
    file = JSON.parse(readFileSync(home.path("local.json"), "utf8")) as LocalFile;
  } catch {
    return; // the last launcher ended as it should
  }
  const pids = [...file.pids.apis, ...file.pids.gateways, file.pids.worker]
    .flatMap((pid) => pid ?? [])
    .filter((pid) => isOurs(pid, home));
  for (const pid of pids) process.kill(pid, "SIGTERM");
  const deadline = Date.now() + 10_000;
  while (pids.some((pid) => isOurs(pid, home))) {
    if (Date.now() > deadline)
      for (const pid of pids) if (isOurs(pid, home)) process.kill(pid, "SIGKILL");
    await sleep(50);
  }
}

function isOurs(pid: number, home: Home): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .includes(`INTERNAL_TOKEN=${home.state.internalToken}`);
  } catch {
    return false;
  }
}
