import { overallStatus, runChecks, type Check, type CheckResults } from "./run-checks.ts";

/**
 * Runs the checks at most once per `cacheMs`; concurrent callers share one run. /api/health is
 * public: a flood of requests must not become a flood of pings.
 */
export class Checker {
  readonly #checks: Readonly<Record<string, Check>>;
  readonly #timeoutMs: number;
  readonly #cacheMs: number;
  readonly #clock: () => number;
  #at = Number.NEGATIVE_INFINITY;
  #results: Promise<CheckResults> | undefined;

  constructor(
    checks: Readonly<Record<string, Check>>,
    options: {
      readonly timeoutMs: number;
      readonly cacheMs: number;
      readonly clock?: () => number;
    },
  ) {
    this.#checks = checks;
    this.#timeoutMs = options.timeoutMs;
    this.#cacheMs = options.cacheMs;
    this.#clock = options.clock ?? (() => performance.now());
  }

  results(): Promise<CheckResults> {
    const now = this.#clock();
    if (this.#results === undefined || now - this.#at >= this.#cacheMs) {
      this.#at = now;
      this.#results = runChecks(this.#checks, this.#timeoutMs);
    }
    return this.#results;
  }

  async status(): Promise<"ok" | "degraded"> {
    return overallStatus(await this.results());
  }
}
