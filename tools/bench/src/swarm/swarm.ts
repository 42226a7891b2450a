import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ConnectOrder, Order, Report, SwarmCounts } from "./messages.ts";

export type SwarmTarget = Omit<ConnectOrder, "kind" | "count" | "network" | "concurrency"> & {
  readonly count: number;
  readonly concurrency?: number;
};

const add = (all: readonly SwarmCounts[]): SwarmCounts =>
  all.reduce(
    (sum, one) => ({
      ...sum,
      ...one,
      ...Object.fromEntries(
        (["open", "failed", "closed", "reconnected", "messages", "bytes", "cycles"] as const).map(
          (name) => [name, sum[name] + one[name]],
        ),
      ),
    }),
    zero,
  );
const zero: SwarmCounts = {
  open: 0,
  failed: 0,
  closed: 0,
  reconnected: 0,
  messages: 0,
  bytes: 0,
  cycles: 0,
};

/** One for each connection, or a few in turn. */
const ownHeaders = (
  { headers = [], count: all }: SwarmTarget,
  from: number,
  count: number,
): readonly Record<string, string>[] =>
  headers.length === all ? headers.slice(from, from + count) : headers;

/** Connections in several processes. `await using` ends them. */
export class Swarm implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];
  readonly #counts: SwarmCounts[] = [];
  #waiting: (() => void)[] = [];
  static #network = 1;

  constructor(processes = 2) {
    for (let index = 0; index < processes; index += 1) {
      const child = fork(join(import.meta.dirname, "swarm-process.ts"), {
        execArgv: ["--conditions=source"],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      this.#counts.push(zero);
      child.on("message", (report: Report) => {
        this.#counts[index] = report.counts;
        if (report.kind === "counts") for (const wake of this.#waiting.splice(0)) wake();
      });
      this.#children.push(child);
    }
  }

  get counts(): SwarmCounts {
    return add(this.#counts);
  }

  /**
   * Opens `count` connections, shared evenly between the processes; resolves when each is joined or
   * has failed.
   */
  async connect(target: SwarmTarget): Promise<SwarmCounts> {
    const share = Math.ceil(target.count / this.#children.length);
    await this.#order((index) => {
      const from = index * share;
      const count = Math.max(0, Math.min(share, target.count - from));
      return {
        ...target,
        kind: "connect",
        count,
        concurrency: target.concurrency ?? 50,
        network: Swarm.#network++,
        ...(target.auths ? { auths: target.auths.slice(from, from + count) } : {}),
        ...(target.headers && { headers: ownHeaders(target, from, count) }),
      };
    });
    return this.counts;
  }

  /** `cycles` times: one more connection opens, a random one closes. */
  churn(cycles: number): Promise<void> {
    return this.#order(() => ({
      kind: "churn",
      cycles: Math.ceil(cycles / this.#children.length),
    }));
  }

  /** Resolves when `reached(counts)` holds; rejects after `timeoutMs`, saying what it saw. */
  async until(reached: (counts: SwarmCounts) => boolean, timeoutMs: number): Promise<SwarmCounts> {
    for (const end = Date.now() + timeoutMs; ;) {
      if (reached(this.counts)) return this.counts;
      if (Date.now() > end)
        throw new Error(
          `the swarm did not get there within ${timeoutMs} ms: ${JSON.stringify(this.counts)}`,
        );
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  async #order(make: (index: number) => Order): Promise<void> {
    await Promise.all(
      this.#children.map(
        (child, index) =>
          new Promise<void>((resolve) => {
            const listener = (report: Report): void => {
              if (report.kind !== "done") return;
              child.off("message", listener);
              resolve();
            };
            child.on("message", listener);
            child.send(make(index));
          }),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        child.disconnect();
        await once(child, "exit");
      }),
    );
  }
}
