import { gatewayCounts, keys, type GatewayCounts } from "@waiter/contracts";

export interface CountsReader {
  hgetall(key: string): Promise<Record<string, string>>;
  time(): Promise<unknown[]>;
}

/** What all gateways hold together. */
export interface SocketCounts {
  readonly gateways: number;
  readonly clients: number;
  readonly sockets: number;
  readonly rooms: number;
  readonly namespaces: Readonly<Record<string, number>>;
}

/** A gateway that has said nothing for so long, in ms by Redis' clock, is gone. */
const staleAfterMs = 45_000;

/** Adds up what each gateway wrote about itself. Rejects while Redis is away. */
export async function readSocketCounts(redis: CountsReader): Promise<SocketCounts> {
  const [rows, [seconds]] = await Promise.all([redis.hgetall(keys.gateways()), redis.time()]);
  const now = Number(seconds) * 1_000;
  const alive = Object.values(rows)
    .flatMap(parsed)
    .filter(({ at }) => now - at <= staleAfterMs);
  return alive.reduce<SocketCounts>(add, { gateways: 0, clients: 0, sockets: 0, rooms: 0, namespaces: {} });
}

function parsed(json: string): GatewayCounts[] {
  try {
    return [gatewayCounts.parse(JSON.parse(json))];
  } catch {
    return [];
  }
}

function add(total: SocketCounts, one: GatewayCounts): SocketCounts {
  const namespaces = { ...total.namespaces };
  for (const [name, count] of Object.entries(one.namespaces)) namespaces[name] = (namespaces[name] ?? 0) + count;
  return {
    gateways: total.gateways + 1,
    clients: total.clients + one.clients,
    sockets: total.sockets + one.sockets,
    rooms: total.rooms + one.rooms,
    namespaces,
  };
}
