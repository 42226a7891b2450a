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
 * Each look wakes the process up: often enough to see a stall, seldom enough to cost an idle
 * process nothing.
 */
const resolutionMs = 100;
const windowMs = 60_000;

/** Watches the event loop's delay with Node's own histogram, and how busy the loop is. */
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
   * Whether the loop turns: its median delay within the window is below `maxDelayMs`. One long
   * stall that is over is no reason for a restart; a loop that keeps stalling is.
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
   * The histogram counts the timer's own period; what is above it is delay. Nothing recorded yet is
   * no delay.
   */
  #delay(nanoseconds: number): number {
    return Number.isFinite(nanoseconds) && this.#histogram.count > 0
      ? Math.max(0, round(nanoseconds / 1e6 - resolutionMs))
      : 0;
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
