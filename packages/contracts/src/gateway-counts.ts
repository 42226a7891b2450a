import { z } from "zod";

/** A gateway's own counts, kept in Redis for `/api/health/sockets`. `at`: ms since the epoch, Redis time. */
export const gatewayCounts = z.looseObject({
  at: z.number(),
  clients: z.int(),
  sockets: z.int(),
  rooms: z.int(),
  namespaces: z.record(z.string(), z.int()),
});
export type GatewayCounts = z.infer<typeof gatewayCounts>;

/** What all gateways hold together. */
export interface SocketCounts {
  readonly gateways: number;
  readonly clients: number;
  readonly sockets: number;
  readonly rooms: number;
  readonly namespaces: Readonly<Record<string, number>>;
}

/** A gateway that has said nothing for so long, in ms by Redis' clock, is gone. */
export const gatewayGoneMs = 45_000;

/** Adds up the fields of `keys.gateways()`, without those of gateways gone at `now` (ms, Redis time) and malformed ones. */
export function sumGatewayCounts(
  fields: Readonly<Record<string, string>>,
  now: number,
): SocketCounts {
  return Object.values(fields)
    .flatMap((json) => alive(json, now))
    .reduce<SocketCounts>(add, { gateways: 0, clients: 0, sockets: 0, rooms: 0, namespaces: {} });
}

/** The fields to remove: of gateways that are gone, and what nobody can read. */
export const goneGateways = (fields: Readonly<Record<string, string>>, now: number): string[] =>
  Object.entries(fields).flatMap(([id, json]) => (alive(json, now).length === 0 ? [id] : []));

/** The counts, or none. */
function alive(json: string, now: number): GatewayCounts[] {
  try {
    const counts = gatewayCounts.parse(JSON.parse(json));
    return now - counts.at <= gatewayGoneMs ? [counts] : [];
  } catch {
    return [];
  }
}

function add(total: SocketCounts, one: GatewayCounts): SocketCounts {
  const namespaces = { ...total.namespaces };
  for (const [name, count] of Object.entries(one.namespaces))
    namespaces[name] = (namespaces[name] ?? 0) + count;
  return {
    gateways: total.gateways + 1,
    clients: total.clients + one.clients,
    sockets: total.sockets + one.sockets,
    rooms: total.rooms + one.rooms,
    namespaces,
  };
}
