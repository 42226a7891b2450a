import type { CDPSession, Page } from "playwright-core";

export interface Transfer {
  readonly path: string;
  /** Headers included. */
  readonly bytes: number;
}

/** Notes every answer of the page and its service worker, with its size on the wire. */
export async function watchTransfers(page: Page): Promise<readonly Transfer[]> {
  const transfers: Transfer[] = [];
  const session = await page.context().newCDPSession(page);
  watch(session, transfers);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: false });
  return transfers;
}

function watch(session: CDPSession, transfers: Transfer[]): void {
  const paths = new Map<string, string>();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    paths.set(requestId, new URL(response.url).pathname);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path !== undefined) transfers.push({ path, bytes: encodedDataLength });
  });
}

/** Chromium's throttling: bandwidth in bytes per second, CPU as how many times slower. */
export async function slowDown(
  page: Page,
  { latencyMs, bytesPerSecond, cpu }: { latencyMs: number; bytesPerSecond: number; cpu: number },
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
}
