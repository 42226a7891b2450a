import { once } from "node:events";

export type LifecycleState = "starting" | "ready" | "draining" | "stopped";

/** The part of a logger that a lifecycle uses. */
export interface LifecycleLog {
  info(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

interface Step {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

/**
 * The start and stop of one process.
 *
 * States: `starting` -> `ready` (`markReady`) -> `draining` (`stop`) -> `stopped`. Stopping runs
 * the drain steps in the order given (user-facing work first), then closes what was deferred, last
 * opened first. A step that fails is logged and the others still run; `failures` says how many did.
 * Idea: unkey's runner, Go's defer.
 */
export class Lifecycle {
  readonly #log: LifecycleLog | undefined;
  readonly #stopping = new AbortController();
  readonly #drains: Step[] = [];
  readonly #closers: Step[] = [];
  #state: LifecycleState = "starting";
  #stopped: Promise<void> | undefined;
  #failures = 0;

  constructor(options: { readonly log?: LifecycleLog | undefined } = {}) {
    this.#log = options.log;
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Aborted when a stop begins: readiness ends, no new work may be taken. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** How many steps of the stop failed. */
  get failures(): number {
    return this.#failures;
  }

  /** The start is complete. Without effect once a stop has begun. */
  markReady(): void {
    if (this.#state === "starting") this.#state = "ready";
  }

  /**
   * Adds a step that finishes work in progress. Steps run first at a stop, one after the other, in
   * the order given.
   */
  onDrain(name: string, run: () => void | Promise<void>): void {
    this.#drains.push({ name, run });
  }

  /**
   * Adds the closer of a resource. Closers run after the drain in reverse order; once stopped, at
   * once.
   */
  defer(name: string, run: () => void | Promise<void>): void {
    if (this.#state === "stopped") void this.#run("close", { name, run });
    else this.#closers.push({ name, run });
  }

  /** Drains and closes everything, once: further calls wait for the same stop. Never rejects. */
  stop(reason: string): Promise<void> {
    this.#stopped ??= this.#stop(reason);
    return this.#stopped;
  }

  /** Resolves when a stop begins. */
  async untilStopping(): Promise<void> {
    if (!this.signal.aborted) await once(this.signal, "abort");
  }

  async #stop(reason: string): Promise<void> {
    this.#state = "draining";
    this.#log?.info("stopping", { reason });
    this.#stopping.abort(new Error(`stopping: ${reason}`));
    for (const step of this.#drains) await this.#run("drain", step);
    // Taken singly, so that closers deferred while closing run too.
    for (let step = this.#closers.pop(); step !== undefined; step = this.#closers.pop())
      await this.#run("close", step);
    this.#state = "stopped";
    this.#log?.info("stopped", { reason });
  }

  async #run(phase: "drain" | "close", { name, run }: Step): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#failures += 1;
      this.#log?.error(`${phase} step failed`, { step: name, err: error });
    }
  }
}
