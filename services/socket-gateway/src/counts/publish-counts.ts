import type { GatewayCounts, OwnCounts } from "@waiter/live-state";

export interface PublishCountsOptions {
  readonly store: Pick<GatewayCounts, "write" | "removeStale">;
  readonly gatewayId: string;
  readonly count: () => OwnCounts;
  /** Changed counts are written at this interval. */
  readonly changeMs: number;
  /** Unchanged counts are rewritten at this interval, so that they do not expire. */
  readonly refreshMs: number;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

/** Keeps this gateway's counts in Redis current. @returns a function that stops it. */
export function publishCounts({
  store,
  gatewayId,
  count,
  changeMs,
  refreshMs,
  onError,
  now = () => performance.now(),
}: PublishCountsOptions): () => void {
  let written = "";
  let refreshedAt = -Infinity;

  async function look(): Promise<void> {
    const counts = count();
    const text = JSON.stringify(counts);
    const isDue = now() - refreshedAt >= refreshMs;
    if (text === written && !isDue) return;
    written = text;
    try {
      const at = await store.write(gatewayId, counts);
      if (!isDue) return;
      refreshedAt = now();
      await store.removeStale(at);
    } catch (error) {
      // The next interval writes them again.
      written = "";
      onError(error);
    }
  }

  void look();
  const timer = setInterval(() => void look(), changeMs).unref();
  return () => clearInterval(timer);
}
