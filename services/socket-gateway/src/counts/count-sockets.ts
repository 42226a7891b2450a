import type { Metrics } from "@waiter/metrics";
import type { OwnCounts } from "@waiter/live-state";

/** Counts of this gateway. */
export function countSockets({ server, staff, guest }: CountedGateway): OwnCounts {
  return {
    clients: server.engine.clientsCount,
    sockets: staff.sockets.size + guest.sockets.size,
    rooms: staff.adapter.rooms.size + guest.adapter.rooms.size,
    namespaces: { [staff.name]: staff.sockets.size, [guest.name]: guest.sockets.size },
  };
}

/** Computes the three gauges at each scrape. */
export function exportCounts({
  context: { metrics },
  staff,
  guest,
}: Pick<CountedGateway, "staff" | "guest"> & {
  readonly context: { readonly metrics: Metrics };
}): void {
  const collectors = {
    connectedClients: (namespace: Counted) =>
      new Set([...namespace.sockets.values()].map(({ conn }) => conn)).size,
    totalSockets: (namespace: Counted) => namespace.sockets.size,
    totalRooms: (namespace: Counted) => namespace.adapter.rooms.size,
  };
  for (const [name, count] of Object.entries(collectors) as [
    keyof typeof collectors,
    (namespace: Counted) => number,
  ][]) {
    Object.assign(metrics[name], {
      collect: () => {
        for (const namespace of [staff, guest])
          metrics[name].set({ nsp: namespace.name }, count(namespace));
      },
    });
  }
}

interface Counted {
  readonly name: string;
  readonly sockets: ReadonlyMap<string, { readonly conn: unknown }>;
  readonly adapter: { readonly rooms: ReadonlyMap<string, unknown> };
}

interface CountedGateway {
  readonly server: { readonly engine: { readonly clientsCount: number } };
  readonly staff: Counted;
  readonly guest: Counted;
}
