import type { Lifecycle } from "@waiter/lifecycle";
import type { GatewayCounts } from "@waiter/live-state";
import type { Gateway } from "./gateway.ts";
import { countSockets } from "./counts/count-sockets.ts";
import { publishCounts } from "./counts/publish-counts.ts";
import { socketSweep } from "./connections/sweep-sockets.ts";

const pruneMs = 60_000;

/** Starts the gateway's periodic work; the lifecycle ends it. */
export function startLoops(gateway: Gateway, counts: GatewayCounts, lifecycle: Lifecycle): void {
  const { context, heads, trueHeads, presence, watch, selfTest, apiProbe, revoked, tenants } =
    gateway;
  const { expiries, end } = gateway;
  const { settings, logger } = context;
  const sweep = socketSweep({ expiries, graceMs: settings.tokenGraceMs, end });
  watch.start();
  selfTest.start();
  trueHeads.start();
  apiProbe.start();
  presence.start();
  const stopCounts = publishCounts({
    store: counts,
    gatewayId: settings.gatewayId,
    count: () => countSockets(gateway),
    changeMs: settings.countsChangeMs,
    refreshMs: settings.countsIntervalMs,
    onError: (error) => logger.debug("counts could not be written", { err: error }),
  });
  const timers = [
    setInterval(() => heads.tick(), settings.headTickMs),
    setInterval(() => void sweep(), settings.sweepIntervalMs),
    setInterval(() => void revoked.prune((tenantId) => tenants.has(tenantId)), pruneMs),
  ];
  lifecycle.defer("loops", () => {
    stopCounts();
    for (const timer of timers) clearInterval(timer);
    watch.close();
    selfTest.close();
    trueHeads.close();
    apiProbe.close();
    presence.close();
    gateway.unjoined.close();
  });
}
