import { setTimeout as delay } from "node:timers/promises";

export interface LoopOptions {
  /** Pause between the end of one run and the begin of the next, ms. */
  readonly intervalMs: number;
  /** Ends the loop: the run in progress is finished, the pause is cut short. */
  readonly signal: AbortSignal;
  /** One round. Answer `"again"` to run again without a pause, as when a batch was full. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  /** Receives the error of a failed round; the loop continues. */
  readonly onError?: (error: unknown) => void;
  /** Waits; ends early, without rejecting, when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called after each round, also a failed one. */
  readonly onRound?: () => void;
}

/**
 * Repeats `run`, never concurrently with itself, until the signal aborts. Resolves after the last
 * round; never rejects.
 */
export async function loop(options: LoopOptions): Promise<void> {
  const { intervalMs, signal, run, onError, onRound, sleep = pause } = options;
  while (!signal.aborted) {
    const again = await attempt(run, signal, onError);
    onRound?.();
    if (!again && !signal.aborted) await sleep(intervalMs, signal);
  }
}

async function attempt(
  run: LoopOptions["run"],
  signal: AbortSignal,
  onError: LoopOptions["onError"],
): Promise<boolean> {
  try {
    return (await run(signal)) === "again";
  } catch (error) {
    onError?.(error);
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Aborted: the loop looks at the signal itself.
  }
}
