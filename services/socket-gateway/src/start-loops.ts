import type { Lifecycle } from "@waiter/lifecycle";
import type { GatewayCounts } from "@waiter/live-state";
import type { Gateway } from "./gateway.ts";
import { countSockets } from "./counts/count-sockets.ts";
import { publishCounts } from "./counts/publish-counts.ts";
import { sweepSockets } from "./connections/sweep-sockets.ts";
import type { AnySocket } from "./handshake/session.ts";

const pruneMs = 60_000;

/** Starts the gateway's periodic work; the lifecycle ends it. */
export function startLoops(gateway: Gateway, counts: GatewayCounts, lifecycle: Lifecycle): void {
  const { context, heads, trueHeads, presence, watch, selfTest, apiProbe, revoked, tenants } =
    gateway;
  const { limit, end } = gateway;
  const { settings, logger } = context;
  watch.start();
  selfTest.start();
  trueHeads.start();
  apiProbe.start();
  presence.start();
  const sockets = (): AnySocket[] => [
    ...gateway.staff.sockets.values(),
    ...gateway.guest.sockets.values(),
  ];
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
    setInterval(
      () => void sweepSockets({ sockets, limit, graceMs: settings.tokenGraceMs, end }),
      settings.sweepIntervalMs,
    ),
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
