import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { spawnService, type RunningService } from "@waiter/testkit";
import { Harness } from "./harness.ts";

const gatewayMain = fileURLToPath(new URL("../main.ts", import.meta.url));
const controlMain = fileURLToPath(new URL("./control-server.ts", import.meta.url));

/** 70 % of the chart's memory limit of 1 GiB, as in the image. */
const chartHeapMb = 716;

/** An attack ends by itself; this is the bound if it does not, ms. */
const longestAttackMs = 60_000;

/** What an attack did to a gateway. Times in ms, memory in MB. */
export interface Damage {
  /** Worst latency of /livez, of the gateway and of the control process. */
  readonly worstMs: number;
  readonly controlMs: number;
  /** Resident memory of the gateway before, at most, and at the end. */
  readonly memoryMb: readonly [before: number, most: number, after: number];
  /** CPU time of the gateway, s. */
  readonly cpuS: number;
}

/** A gateway as a process of its own, with the chart's heap, beside a bare control process. */
export class AttackStage implements AsyncDisposable {
  readonly harness: Harness;
  readonly gateway: RunningService;
  readonly #control: RunningService;

  private constructor(harness: Harness, gateway: RunningService, control: RunningService) {
    this.harness = harness;
    this.gateway = gateway;
    this.#control = control;
  }

  static async start(redisUrl: string, env: Record<string, string> = {}): Promise<AttackStage> {
    const harness = await Harness.start(redisUrl);
    const [gateway, control] = await Promise.all([
      AttackStage.spawnGateway(harness, redisUrl, env),
      spawnService(controlMain, {}),
    ]);
    return new AttackStage(harness, gateway, control);
  }

  static spawnGateway(
    harness: Harness,
    redisUrl: string,
    env: Record<string, string> = {},
  ): Promise<RunningService> {
    return spawnService(gatewayMain, {
      ...harness.environment(redisUrl),
      NODE_OPTIONS: `--max-old-space-size=${chartHeapMb}`,
      LOG_LEVEL: "error",
      ...env,
    });
  }

  get port(): number {
    return Number(new URL(this.gateway.origin).port);
  }

  /** Runs an attack while both processes are probed; rejects if the gateway dies. */
  async during(attack: () => Promise<void>): Promise<Damage> {
    const died = this.gateway.exited.then((code) => {
      throw new Error(`the gateway died (${code}): ${this.gateway.output().slice(-1_000)}`);
    });
    died.catch(() => undefined);
    const before = await this.#usage();
    const probing = new AbortController();
    const worst = { gateway: 0, control: 0, memory: before.memoryMb };
    const probe = async (name: "gateway" | "control", origin: string): Promise<void> => {
      while (!probing.signal.aborted) {
        const begin = performance.now();
        await fetch(`${origin}/livez`).then((answer) => answer.arrayBuffer());
        worst[name] = Math.max(worst[name], performance.now() - begin);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const watch = async (): Promise<void> => {
      while (!probing.signal.aborted) {
        worst.memory = Math.max(worst.memory, (await this.#usage()).memoryMb);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const probes = [
      probe("gateway", this.gateway.origin),
      probe("control", this.#control.origin),
      watch(),
    ];
    const probed = Promise.all(probes);
    probed.catch(() => undefined);
    const deadline = AbortSignal.timeout(longestAttackMs);
    const late = new Promise<never>((_resolve, reject) => {
      deadline.addEventListener("abort", () => reject(new Error("the attack did not end")));
    });
    try {
      await Promise.race([attack(), died, late]);
    } finally {
      probing.abort();
    }
    await Promise.race([probed, died]);
    const after = await this.#usage();
    return {
      worstMs: Math.round(worst.gateway),
      controlMs: Math.round(worst.control),
      memoryMb: [before.memoryMb, worst.memory, after.memoryMb],
      cpuS: Math.round((after.cpuS - before.cpuS) * 100) / 100,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.harness[Symbol.asyncDispose]();
    await Promise.all([this.gateway, this.#control].map((service) => service.end("SIGKILL")));
  }

  /** From /proc, which a frozen process does not have to answer. */
  async #usage(): Promise<{ memoryMb: number; cpuS: number }> {
    const [status, stat] = await Promise.all(
      ["status", "stat"].map((name) => readFile(`/proc/${this.gateway.pid}/${name}`, "utf8")),
    );
    const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
    return {
      memoryMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status ?? "")?.[1] ?? 0) / 1_024),
      cpuS: (Number(fields[11]) + Number(fields[12])) / 100,
    };
  }
}

/** Resolves when the socket has closed, whether it did so already or not. */
export const gone = async (socket: NodeJS.EventEmitter & { destroyed: boolean }): Promise<void> => {
  if (!socket.destroyed) await once(socket, "close").catch(() => undefined);
};
