import { setTimeout as sleep } from "node:timers/promises";
import type { LocalSystem } from "../system/local-system.ts";
import type { Cutter } from "./cutter.ts";
import type { Random } from "./random.ts";
import type { Fault, Topology } from "./topology.ts";

/**
 * Signals a process of the system. A process that died by an earlier fault, and is not there again
 * yet, is left alone.
 */
function signal(pid: number | null, name: NodeJS.Signals): void {
  if (pid === null) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * What can go wrong with a system that this run started: only its own processes are touched. With a
 * `topology`, Redis is that one, and so are its faults.
 */
export function faults(
  system: LocalSystem,
  cutter: Cutter,
  random: Random,
  topology: Topology | undefined,
): Record<string, Fault> {
  const pids = () => system.local().pids;
  const one = (list: readonly (number | null)[]): number | null => random.pick(list);
  const kill =
    (what: string, pid: () => number | null, name: NodeJS.Signals): Fault =>
    async () => {
      const target = pid();
      signal(target, name);
      return `${name} to ${what} ${target ?? "that is down already"}`;
    };
  /** A process that does nothing for a while: its connections stay open. */
  const stop =
    (what: string, pid: () => number | null): Fault =>
    async () => {
      const target = pid();
      const ms = Math.round(random.between(300, 5_000));
      signal(target, "SIGSTOP");
      await sleep(ms);
      signal(target, "SIGCONT");
      return `${what} ${target ?? "that is down already"} stopped for ${ms} ms`;
    };
  const services: Record<string, Fault> = {
    "kill gateway": kill("gateway", () => one(pids().gateways), "SIGKILL"),
    "roll gateway": kill("gateway", () => one(pids().gateways), "SIGTERM"),
    "kill api": kill("api", () => one(pids().apis), "SIGKILL"),
    "roll api": kill("api", () => one(pids().apis), "SIGTERM"),
    "kill worker": kill("worker", () => pids().worker, "SIGKILL"),
    "stop gateway": stop("gateway", () => one(pids().gateways)),
    "stop api": stop("api", () => one(pids().apis)),
    "stop worker": stop("worker", () => pids().worker),
    async "cut connections"() {
      const share = random.between(0.1, 1);
      return `${cutter.cut(() => random.next() < share)} connections cut`;
    },
  };
  if (topology) return { ...services, ...topology.faults(random) };
  return {
    ...services,
    "kill postgres": kill("postgres", () => pids().postgres, "SIGQUIT"),
    "restart redis": kill("redis", () => pids().redis, "SIGTERM"),
    async "pause redis"() {
      const { redis } = pids();
      const ms = Math.round(random.between(300, 6_000));
      signal(redis, "SIGSTOP");
      await sleep(ms);
      signal(redis, "SIGCONT");
      return `redis paused for ${ms} ms`;
    },
  };
}
