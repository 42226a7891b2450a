/** The part of a circuit breaker of cockatiel that {@link endOpenCircuit} uses. */
export interface Circuit<State> {
  readonly state: State;
  onStateChange(listener: (state: State) => void): unknown;
  /** Holds the circuit; a disposal of the last hold closes it. */
  isolate(): { dispose(): void };
}

/** How long after its pause an open circuit is ended, ms: the next call usually tries before. */
const slackMs = 250;

/**
 * Ends each pause of an open circuit by the monotonic clock. cockatiel counts the pause by the wall
 * clock: where that is set back meanwhile, the circuit would stay open for as long. The circuit is
 * closed then; the next failure opens it again.
 *
 * @param open the state's value
 * @param openMs how long the circuit stays open
 */
export function endOpenCircuit<State>(circuit: Circuit<State>, open: State, openMs: number): void {
  circuit.onStateChange((state) => {
    if (state !== open) return;
    const openedAt = Date.now();
    setTimeout(() => {
      if (circuit.state === open && Date.now() - openedAt < openMs) circuit.isolate().dispose();
    }, openMs + slackMs).unref();
  });
}
