let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `work` after all work that was handed over before: transactions of retention take turns in a
 * worker, so that they use one session of Postgres and leave cores to the restaurants' calls.
 */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
}
