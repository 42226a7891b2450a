import { join } from "node:path";
import { loop, withTimeout, type Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import type { AssetStore } from "./asset-store.ts";

/** ms that a start waits for the first round; Redis may be away. */
const firstRoundMs = 2_000;

/**
 * Puts this build's assets into the store at the start and every minute until the api stops.
 * Resolves after the first round: the documents of an api that is ready then name no asset that
 * other apis cannot serve. Without Redis, resolves after 2 s.
 */
export async function keepAssets(
  store: AssetStore,
  root: string,
  { lifecycle, logger }: { readonly lifecycle: Lifecycle; readonly logger: Logger },
): Promise<void> {
  const stop = new AbortController();
  const stored = Promise.withResolvers<void>();
  const done = loop({
    intervalMs: 60_000,
    signal: stop.signal,
    run: () => store.put(join(root, "assets")),
    onError: (error) => logger.debug("api could not store its web assets", { err: error }),
    onRound: () => stored.resolve(),
  });
  lifecycle.defer("web assets", async () => {
    stop.abort();
    await done;
  });
  await withTimeout(stored.promise, firstRoundMs).catch(() => undefined);
}
