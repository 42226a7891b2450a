import { setTimeout as sleep } from "node:timers/promises";

/** What the origin needs to know of the processes behind it. */
export interface BackendsOptions {
  readonly origins: readonly string[];
  /** Between two rounds of asking each for `/readyz`. */
  readonly probeIntervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * The instances of one service, taken in turn.
 *
 * An instance is passed over while it refuses connections or says on `/readyz` that it is not
 * ready; when all are, all are tried, because the last answer may be old.
 */
export class Backends {
  readonly #origins: readonly string[];
  readonly #down = new Set<string>();
  #turn = 0;

  constructor({ origins, probeIntervalMs, signal }: BackendsOptions) {
    this.#origins = origins;
    for (const origin of origins) void this.#watch(origin, probeIntervalMs, signal);
  }

  /** Every instance once, in the order to try. */
  inTurn(): readonly string[] {
    const start = this.#turn++ % this.#origins.length;
    const all = [...this.#origins.slice(start), ...this.#origins.slice(0, start)];
    const up = all.filter((origin) => !this.#down.has(origin));
    return up.length > 0 ? up : all;
  }

  markDown(origin: string): void {
    this.#down.add(origin);
  }

  async #watch(origin: string, intervalMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await isReady(origin, signal)) this.#down.delete(origin);
      else this.#down.add(origin);
      await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/** Only 503 means "not ready": where probes listen on a port of their own, this one answers 404. */
async function isReady(origin: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    await answer.body?.cancel();
    return answer.status !== 503;
  } catch {
    return false;
  }
}
