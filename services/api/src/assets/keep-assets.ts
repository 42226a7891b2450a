import { join } from "node:path";
import { loop, type Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import type { AssetStore } from "./asset-store.ts";

/** Puts this build's assets into the store at the start and every minute until the api stops. */
export function keepAssets(
  store: AssetStore,
  root: string,
  { lifecycle, logger }: { readonly lifecycle: Lifecycle; readonly logger: Logger },
): void {
  const stop = new AbortController();
  const done = loop({
    name: "web assets",
    intervalMs: 60_000,
    signal: stop.signal,
    run: () => store.put(join(root, "assets")),
    onError: (error) => logger.debug("api could not store its web assets", { err: error }),
  });
  lifecycle.defer("web assets", async () => {
    stop.abort();
    await done;
  });
}
