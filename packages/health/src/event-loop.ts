import { monitorEventLoopDelay, performance } from "node:perf_hooks";

export interface EventLoopReport {
  /** ms, over the last minute at most. */
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of time that the loop was busy since the last report, 0 to 1. */
  readonly utilization: number;
}

/**
 * Each sample wakes the process: often enough to see a stall, at negligible cost for an idle
 * process.
 */
const resolutionMs = 100;
const windowMs = 60_000;

/** Measures delay and utilization of the event loop with Node's own histogram. */
export class EventLoopMonitor {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #reset: NodeJS.Timeout;
  #last = performance.eventLoopUtilization();

  constructor() {
    this.#histogram.enable();
    this.#reset = setInterval(() => this.#histogram.reset(), windowMs);
    this.#reset.unref();
  }

  /**
   * Whether the median delay within the window is below `maxDelayMs`. A single stall that is over
   * does not justify a restart; a loop that keeps stalling does.
   */
  isAlive(maxDelayMs: number): boolean {
    return this.#delay(this.#histogram.percentile(50)) < maxDelayMs;
  }

  report(): EventLoopReport {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    return {
      meanMs: this.#delay(this.#histogram.mean),
      p99Ms: this.#delay(this.#histogram.percentile(99)),
      maxMs: this.#delay(this.#histogram.max),
      utilization: round(utilization),
    };
  }

  close(): void {
    clearInterval(this.#reset);
    this.#histogram.disable();
  }

  /**
   * The histogram includes the timer's own period; the rest is delay. An empty histogram means no
   * delay.
   */
  #delay(nanoseconds: number): number {
    return Number.isFinite(nanoseconds) && this.#histogram.count > 0
      ? Math.max(0, round(nanoseconds / 1e6 - resolutionMs))
      : 0;
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
