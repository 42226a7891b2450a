import { keys } from "@waiter/contracts";
import { RedisScript, type RedisClient } from "@waiter/redis";
import { z } from "zod";

/** What one gateway holds. */
const ownCounts = z.looseObject({
  clients: z.int(),
  sockets: z.int(),
  rooms: z.int(),
  namespaces: z.record(z.string(), z.int()),
});
export type OwnCounts = z.infer<typeof ownCounts>;

/** As written to Redis. `at`: ms since the epoch, Redis time. */
const writtenCounts = ownCounts.extend({ at: z.number() });
type WrittenCounts = z.infer<typeof writtenCounts>;

/** What all gateways hold together. */
export interface SocketCounts {
  readonly gateways: number;
  readonly clients: number;
  readonly sockets: number;
  readonly rooms: number;
  readonly namespaces: Readonly<Record<string, number>>;
}

/** A gateway that wrote nothing for this long, ms by the clock of Redis, is gone. */
export const gatewayGoneMs = 45_000;

/** KEYS[1], ARGV: gateway id, counts as JSON without `at`. */
const write = new RedisScript(`
local time = redis.call('TIME')
local counts = cjson.decode(ARGV[2])
counts.at = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(counts))
return counts.at
`);

/**
 * Every gateway's socket counts: one hash, a field per gateway. `/api/health/sockets` sums them.
 */
export class GatewayCounts {
  readonly #client: RedisClient;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** Writes the counts of one gateway; resolves with Redis' clock, ms. */
  async write(gatewayId: string, counts: OwnCounts): Promise<number> {
    const arguments_ = [gatewayId, JSON.stringify(counts)];
    return Number(await write.run(this.#client, [keys.gateways()], arguments_));
  }

  /** Removes the fields of gateways that were gone at `at`. */
  async removeStale(at: number): Promise<void> {
    const gone = goneGateways(await this.#client.hgetall(keys.gateways()), at);
    if (gone.length > 0) await this.#client.hdel(keys.gateways(), ...gone);
  }

  async remove(gatewayId: string): Promise<void> {
    await this.#client.hdel(keys.gateways(), gatewayId);
  }

  /** The sum over all gateways that are not gone. Rejects while Redis is away. */
  async sum(): Promise<SocketCounts> {
    const [fields, [seconds]] = await Promise.all([
      this.#client.hgetall(keys.gateways()),
      this.#client.time(),
    ]);
    return sumGatewayCounts(fields, Number(seconds) * 1_000);
  }
}

/**
 * Adds up the fields of `keys.gateways()`, without those of gateways gone at `now` (ms, Redis time)
 * and malformed ones.
 */
export function sumGatewayCounts(
  fields: Readonly<Record<string, string>>,
  now: number,
): SocketCounts {
  return Object.values(fields)
    .flatMap((json) => alive(json, now))
    .reduce<SocketCounts>(add, { gateways: 0, clients: 0, sockets: 0, rooms: 0, namespaces: {} });
}

/** The fields to remove: of gateways that are gone, and those that do not parse. */
export const goneGateways = (fields: Readonly<Record<string, string>>, now: number): string[] =>
  Object.entries(fields).flatMap(([id, json]) => (alive(json, now).length === 0 ? [id] : []));

/** The counts, or none. */
function alive(json: string, now: number): WrittenCounts[] {
  try {
    const counts = writtenCounts.parse(JSON.parse(json));
    return now - counts.at <= gatewayGoneMs ? [counts] : [];
  } catch {
    return [];
  }
}

function add(total: SocketCounts, one: WrittenCounts): SocketCounts {
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
