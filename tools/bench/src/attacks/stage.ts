import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnService, type RunningService } from "@waiter/testkit";
import { Agent, request } from "undici";
import { cpuSeconds, treeCpuSeconds } from "../process-stats.ts";
import type { LocalSystem } from "../system/local-system.ts";
import type { AttackEnd, AttackOrder } from "./attack-process.ts";
import type { OtherTenants, Work } from "./other-tenants.ts";
import type { Outcomes, Place } from "./target.ts";

const parts = ["api", "gateway", "worker", "Postgres", "Redis"] as const;
export type Cpu = Record<(typeof parts)[number], number>;

/** What one phase cost. CPU in seconds, delays in ms: the slowest answer of `/livez`. */
export interface Phase {
  readonly seconds: number;
  readonly cpu: Cpu;
  readonly delayMs: Readonly<Record<"api" | "gateway" | "control", number>>;
  readonly work: Work | undefined;
  readonly outcomes: Outcomes | undefined;
  /** Services that died and were started again. */
  readonly died: readonly string[];
}

export interface PhaseOptions {
  readonly seconds: number;
  readonly attack?: string;
  readonly others?: OtherTenants;
  readonly perSecond: number;
}

/** The system under attack beside a bare process that shares the machine with it. */
export class Stage implements AsyncDisposable {
  readonly #system: LocalSystem;
  readonly #control: RunningService;
  readonly #place: Place;

  private constructor(system: LocalSystem, control: RunningService, place: Place) {
    this.#system = system;
    this.#control = control;
    this.#place = place;
  }

  static async start(system: LocalSystem, place: Place): Promise<Stage> {
    const control = await spawnService(join(import.meta.dirname, "control-server.ts"), {});
    return new Stage(system, control, place);
  }

  /** Runs the attack, the others' work, both or nothing. */
  async phase({ seconds, attack, others, perSecond }: PhaseOptions): Promise<Phase> {
    const { pids } = this.#system.local();
    const before = this.#cpu();
    const start = performance.now();
    const probing = new AbortController();
    const delayMs = { api: 0, gateway: 0, control: 0 };
    const { api, gateways } = this.#system.local();
    const origins = { api, gateway: gateways[0] ?? "", control: this.#control.origin };
    const probes = Object.entries(origins).map(([name, origin]) =>
      probe(origin, probing.signal, (ms) => {
        const part = name as keyof typeof delayMs;
        delayMs[part] = Math.max(delayMs[part], ms);
      }),
    );
    const [work, outcomes] = await Promise.all([
      others?.work(seconds, perSecond),
      attack === undefined ? undefined : this.#attack(attack, seconds),
      sleep(seconds * 1_000),
    ]);
    probing.abort();
    await Promise.all(probes);
    // What the attack left behind is cleaned up within the phase that caused it.
    await sleep(500);
    const now = this.#system.local().pids;
    const died = (["api", "gateway", "worker"] as const).filter((name) =>
      name === "worker" ? now.worker !== pids.worker : now[`${name}s`][0] !== pids[`${name}s`][0],
    );
    const after = died.length === 0 ? this.#cpu() : before;
    const cpu = Object.fromEntries(parts.map((part) => [part, after[part] - before[part]])) as Cpu;
    return { seconds: (performance.now() - start) / 1_000, cpu, delayMs, work, outcomes, died };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#control[Symbol.asyncDispose]();
  }

  async #attack(name: string, seconds: number): Promise<Outcomes> {
    const child = fork(join(import.meta.dirname, "attack-process.ts"), {
      execArgv: ["--conditions=source"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.send({ name, seconds, place: this.#place } satisfies AttackOrder);
    const [end] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => []),
    ])) as [AttackEnd?];
    child.kill("SIGKILL");
    if (end === undefined) throw new Error(`the attack "${name}" ended early`);
    return end.outcomes;
  }

  #cpu(): Cpu {
    const { pids } = this.#system.local();
    return {
      api: cpuSeconds(pids.apis[0] ?? 0),
      gateway: cpuSeconds(pids.gateways[0] ?? 0),
      worker: cpuSeconds(pids.worker),
      Postgres: treeCpuSeconds(pids.postgres ?? 0),
      Redis: cpuSeconds(pids.redis ?? 0),
    };
  }
}

/** Asks again and again over one connection of its own; a process that is gone counts as silent. */
async function probe(
  origin: string,
  signal: AbortSignal,
  take: (ms: number) => void,
): Promise<void> {
  const dispatcher = new Agent({ connections: 1, headersTimeout: 60_000 });
  while (!signal.aborted) {
    const begin = performance.now();
    try {
      const { body } = await request(`${origin}/livez`, { dispatcher });
      await body.dump();
      take(performance.now() - begin);
    } catch {
      await sleep(100);
    }
    await sleep(20);
  }
  await dispatcher.close();
}
