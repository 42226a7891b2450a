import { ClientError } from "../shared/client-error.ts";
import { jitter } from "../shared/timing.ts";
import { Wakeup } from "../shared/wakeup.ts";

export interface PollerOptions {
  readonly random: () => number;
  /** One round over HTTP. @throws ClientError */
  readonly poll: () => Promise<void>;
  /** Mean interval of the next round. */
  readonly intervalMs: () => number;
  readonly report: (error: unknown) => void;
  /** A round ended. */
  readonly onRound: () => void;
}

/**
 * Polls over HTTP while it is started. One round runs at a time; starting twice is starting once.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #wakeup = new Wakeup();
  #running = false;
  #loop: object | undefined;
  #reached: boolean | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Whether the api answered the last round; undefined before the first one since `start`. */
  get reached(): boolean | undefined {
    return this.#reached;
  }

  /** Records an answer, or its absence, of another HTTP call. */
  note(reached: boolean): void {
    this.#reached = reached;
  }

  /** @param delayMs before the first round */
  start(delayMs: number): void {
    if (this.#running) return;
    this.#running = true;
    const loop = (this.#loop = {});
    void this.#run(loop, delayMs);
  }

  stop(): void {
    this.#running = false;
    this.#loop = undefined;
    this.#reached = undefined;
    this.#wakeup.wake();
  }

  /** Begins the next round now. */
  wake(): void {
    this.#wakeup.wake();
  }

  async #run(loop: object, delayMs: number): Promise<void> {
    const { random, poll, intervalMs, report, onRound } = this.#options;
    if (delayMs > 0) await this.#wakeup.wait(delayMs);
    while (this.#loop === loop) {
      const error = await poll().then(
        () => undefined,
        (failure: unknown) => failure ?? new Error("poll failed"),
      );
      if (error !== undefined) report(error);
      if (this.#loop !== loop) return;
      // A bug of the SDK says nothing about the network.
      if (error === undefined) this.#reached = true;
      else if (error instanceof ClientError) this.#reached = false;
      onRound();
      await this.#wakeup.wait(jitter(intervalMs(), 0.25, random));
    }
  }
}
