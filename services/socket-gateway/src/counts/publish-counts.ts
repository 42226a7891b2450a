import type { GatewayCountsStore, OwnCounts } from "./gateway-counts.ts";

export interface PublishCountsOptions {
  readonly store: Pick<GatewayCountsStore, "write" | "removeStale">;
  readonly count: () => OwnCounts;
  /** Counts are written this long after a change at most, and no more often. */
  readonly changeMs: number;
  /** Unchanged ones are written this often, so that they do not count as those of a gateway that is gone. */
  readonly refreshMs: number;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

/** Keeps this gateway's counts in Redis current. Returns what stops it. */
export function publishCounts({
  store,
  count,
  changeMs,
  refreshMs,
  onError,
  now = Date.now,
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
      const at = await store.write(counts);
      if (!isDue) return;
      refreshedAt = now();
      await store.removeStale(at);
    } catch (error) {
      // Written again at the next look.
      written = "";
      onError(error);
    }
  }

  void look();
  const timer = setInterval(() => void look(), changeMs).unref();
  return () => clearInterval(timer);
}
