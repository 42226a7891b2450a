import { setTimeout as sleep } from "node:timers/promises";
import type { LocalSystem } from "../system/local-system.ts";

/** As long as a kubelet waits for the end of a process that it stops. */
const graceMs = 30_000;

interface Service {
  readonly name: string;
  readonly origin: string;
  readonly pid: number | null;
}

/**
 * Resolves when every service answers `/readyz` with 200. A process that has said that it stopped
 * and is still there after its grace period is killed, as a kubelet kills it: Node's own exit can
 * wait without end for a thread that compiles (nodejs/node#54918). @throws after a minute, with
 * what each service that is not ready answers and the end of its log.
 */
export async function whole(system: LocalSystem): Promise<void> {
  const begun = Date.now();
  const killed = new Set<string>();
  for (;;) {
    const unready = (await Promise.all(servicesOf(system).map(readinessOf))).filter(
      ({ answer }) => answer !== 200,
    );
    if (unready.length === 0) return;
    const waitedMs = Date.now() - begun;
    if (waitedMs > 60_000) {
      const states = unready.map(({ name, answer }) => `${name}: ${answer}\n${end(system, name)}`);
      throw new Error(`not every service was ready within a minute\n${states.join("\n")}`);
    }
    for (const { name, pid } of waitedMs > graceMs ? unready : []) {
      const hangs = pid !== null && !killed.has(name) && /"stopped"[^\n]*$/.test(end(system, name));
      if (!hangs) continue;
      console.error(`${name} ${pid} has stopped and does not end: SIGKILL`);
      killed.add(name);
      process.kill(pid, "SIGKILL");
    }
    await sleep(100);
  }
}

function servicesOf(system: LocalSystem): Service[] {
  const { apis, gateways, worker, pids } = system.local();
  const several = (kind: string, origins: readonly string[], own: readonly (number | null)[]) =>
    origins.map((origin, index) => ({
      name: `${kind}-${index + 1}`,
      origin,
      pid: own[index] ?? null,
    }));
  return [
    ...several("api", apis, pids.apis),
    ...several("gateway", gateways, pids.gateways),
    { name: "worker", origin: worker, pid: pids.worker },
  ];
}

/** The status of `/readyz`, or the error that came in its place. */
async function readinessOf(service: Service): Promise<Service & { answer: number | string }> {
  try {
    const answer = await fetch(`${service.origin}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return { ...service, answer: answer.status };
  } catch (error) {
    const { cause } = error as Error;
    return { ...service, answer: cause instanceof Error ? cause.message : String(error) };
  }
}

/** The last lines of a service's log. */
const end = (system: LocalSystem, name: string): string =>
  system.log(name).trimEnd().split("\n").slice(-20).join("\n");
