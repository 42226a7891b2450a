import type { Timing } from "../shared/timing.ts";

export interface SilenceOptions {
  readonly timing: Pick<Timing, "doubtMs" | "probeMs">;
  /** Silence after which the connection is probed; asked after each frame. */
  readonly silenceMs: () => number;
  /**
   * Sends a message that a healthy gateway acknowledges; any frame answers it. `routine`: nothing
   * but silence is the reason.
   */
  readonly probe: (routine: boolean) => void;
  /** The probe is unanswered for `doubtMs`, or answered after all. */
  readonly onDoubt: (doubtful: boolean) => void;
  /** The probe is unanswered for `probeMs`. */
  readonly onDead: () => void;
}

/** Watches one connection for silence: probes it, doubts it, gives it up. */
export class SilenceWatch {
  readonly #options: SilenceOptions;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #doubt: ReturnType<typeof setTimeout> | undefined;
  #death: ReturnType<typeof setTimeout> | undefined;
  #lastFrame = Date.now();
  #doubtful = false;
  #stopped = false;

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  /** Milliseconds since the last frame. */
  get silentForMs(): number {
    return Date.now() - this.#lastFrame;
  }

  /** A frame arrived. */
  heard(): void {
    if (this.#stopped) return;
    this.#lastFrame = Date.now();
    this.#clear();
    this.#silence = setTimeout(() => this.#probe(true), this.#options.silenceMs());
    if (!this.#doubtful) return;
    this.#doubtful = false;
    this.#options.onDoubt(false);
  }

  /** Probes now, unless a probe is under way. */
  probe(): void {
    this.#probe(false);
  }

  #probe(routine: boolean): void {
    if (this.#stopped || this.#death !== undefined) return;
    const { timing, probe, onDoubt, onDead } = this.#options;
    this.#doubt = setTimeout(() => {
      this.#doubtful = true;
      onDoubt(true);
    }, timing.doubtMs);
    this.#death = setTimeout(onDead, timing.probeMs);
    probe(routine);
  }

  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  #clear(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#doubt);
    clearTimeout(this.#death);
    this.#doubt = this.#death = undefined;
  }
}
