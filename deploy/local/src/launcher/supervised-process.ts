import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface SupervisedOptions {
  readonly name: string;
  readonly main: string;
  readonly env: Record<string, string | undefined>;
  /** Only for the first start: a fault point is to strike once. */
  readonly firstEnv?: Record<string, string>;
  readonly logFile: string;
  readonly origin: string;
  /** Told after each start. */
  readonly onStart: () => void;
  readonly onDeath: (how: string) => void;
}

/** How long a process must live for its next death to count as the first again. */
const steadyMs = 30_000;
const backoffMs = { first: 200, longest: 10_000 };

/**
 * A service as a child process that is started again whenever it dies, with growing pauses.
 *
 * States: running, waiting (for the next start), stopped. Its output goes to its log file.
 */
export class SupervisedProcess {
  readonly name: string;
  readonly origin: string;
  readonly #options: SupervisedOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess;
  #restarting = false;
  #supervision: Promise<void>;

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.origin = options.origin;
    this.#options = options;
    writeFileSync(options.logFile, "");
    this.#child = this.#spawn(options.firstEnv);
    this.#supervision = this.#supervise();
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null
      ? this.#child.pid
      : undefined;
  }

  /** The end of its log. */
  log(): string {
    return readFileSync(this.#options.logFile, "utf8").trimEnd().split("\n").slice(-40).join("\n");
  }

  /**
   * Resolves when `/readyz` answers 200. Throws, with the log, when the process ends before or time
   * is up.
   */
  async ready(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const first = this.#child;
    while (!signal.aborted) {
      const answer = await fetch(`${this.origin}/readyz`, {
        signal: AbortSignal.timeout(2_000),
      }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
      if (first.exitCode !== null || first.signalCode !== null)
        throw new Error(`${this.name} ended at its start:\n${this.log()}`);
      if (Date.now() > deadline)
        throw new Error(`${this.name} was not ready within ${timeoutMs / 1_000} s:\n${this.log()}`);
      await sleep(50);
    }
    signal.throwIfAborted();
  }

  /** Ends it by SIGTERM and starts it again at once. */
  restart(): void {
    this.#restarting = true;
    this.#child.kill("SIGTERM");
  }

  /** Ends it for good: by SIGTERM, after `deadlineMs` by SIGKILL. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMs);
    await this.#supervision;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping.abort();
    this.#child.kill("SIGKILL");
  }

  #spawn(more: Record<string, string> = {}): ChildProcess {
    const { main, env, logFile } = this.#options;
    const log = openSync(logFile, "a");
    try {
      // In a process group of its own: a Ctrl-C in the terminal is for the launcher, which stops
      // things in order.
      return spawn(process.execPath, ["--conditions=source", "--enable-source-maps", main], {
        env: { ...env, ...more },
        stdio: ["ignore", log, log],
        detached: true,
      });
    } finally {
      closeSync(log);
    }
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping;
    let deaths = 0;
    for (;;) {
      const child = this.#child;
      const started = Date.now();
      const how = await new Promise<string>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`));
      });
      if (signal.aborted) return;
      if (!this.#restarting) {
        this.#options.onDeath(how);
        deaths = Date.now() - started > steadyMs ? 1 : deaths + 1;
        await sleep(Math.min(backoffMs.first * 2 ** (deaths - 1), backoffMs.longest), undefined, {
          signal,
        }).catch(() => undefined);
        if (signal.aborted) return;
      }
      this.#restarting = false;
      this.#child = this.#spawn();
      this.#options.onStart();
    }
  }
}
