/** The part of a circuit breaker of cockatiel that {@link endOpenCircuit} uses. */
export interface Circuit<State> {
  readonly state: State;
  onStateChange(listener: (state: State) => void): unknown;
  /** Holds the circuit; a disposal of the last hold closes it. */
  isolate(): { dispose(): void };
}

/** Two clocks that run alike differ by less, ms: cockatiel tries a call before. */
const slackMs = 250;

/**
 * Counts the pauses of a circuit by the monotonic clock. cockatiel counts them by the wall clock:
 * where that was set back since the circuit opened, it would stay open for as long.
 *
 * @param open the state's value
 * @param openMs how long the circuit stays open
 * @returns to be run before each call: closes a circuit whose pause is over, but not by the wall
 *   clock. The next failure opens it again.
 */
export function endOpenCircuit<State>(
  circuit: Circuit<State>,
  open: State,
  openMs: number,
): () => void {
  let [opened, openedAt] = [0, 0];
  circuit.onStateChange((state) => {
    if (state === open) [opened, openedAt] = [performance.now(), Date.now()];
  });
  return () => {
    if (circuit.state !== open || performance.now() - opened < openMs + slackMs) return;
    if (Date.now() - openedAt < openMs) circuit.isolate().dispose();
  };
}
