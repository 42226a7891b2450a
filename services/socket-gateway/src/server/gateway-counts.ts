import { gatewayCounts, keys, type GatewayCounts } from "@waiter/contracts";
import type { RedisConnection } from "@waiter/redis";

/** Fields older than this are of a gateway that is gone. */
const staleMs = 45_000;
/** KEYS[1], ARGV: gateway id, counts as JSON without `at`. */
const writeScript = `
local time = redis.call('TIME')
local counts = cjson.decode(ARGV[2])
counts.at = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(counts))
return counts.at
`;

export type OwnCounts = Omit<GatewayCounts, "at">;

/** Every gateway's socket counts, in Redis, by Redis' clock; what `/api/health/sockets` sums. */
export class GatewayCountsStore {
  readonly #redis: RedisConnection;
  readonly #gatewayId: string;

  constructor(redis: RedisConnection, gatewayId: string) {
    this.#redis = redis;
    this.#gatewayId = gatewayId;
  }

  /** Writes this gateway's counts; resolves with Redis' clock. */
  async write(counts: OwnCounts): Promise<number> {
    return Number(await this.#redis.client.eval(writeScript, 1, keys.gateways(), this.#gatewayId, JSON.stringify(counts)));
  }

  /** Removes the counts of gateways that were gone at `at`. */
  async removeStale(at: number): Promise<void> {
    const stale = Object.entries(await this.#readAll()).flatMap(([id, { at: seen }]) => (seen < at - staleMs ? [id] : []));
    if (stale.length > 0) await this.#redis.client.hdel(keys.gateways(), ...stale);
  }

  async remove(): Promise<void> {
    await this.#redis.client.hdel(keys.gateways(), this.#gatewayId);
  }

  /** The sum over all gateways that reported lately, by the newest report's clock. */
  async sum(): Promise<{ gateways: number; clients: number; sockets: number; rooms: number; namespaces: Record<string, number> }> {
    const all = Object.values(await this.#readAll());
    const newest = Math.max(0, ...all.map(({ at }) => at));
    const live = all.filter(({ at }) => at >= newest - staleMs);
    const namespaces: Record<string, number> = {};
    for (const counts of live) for (const [name, count] of Object.entries(counts.namespaces)) namespaces[name] = (namespaces[name] ?? 0) + count;
    const total = (key: "clients" | "sockets" | "rooms"): number => live.reduce((sum, counts) => sum + counts[key], 0);
    return { gateways: live.length, clients: total("clients"), sockets: total("sockets"), rooms: total("rooms"), namespaces };
  }

  async #readAll(): Promise<Record<string, GatewayCounts>> {
    const fields = await this.#redis.client.hgetall(keys.gateways());
    return Object.fromEntries(Object.entries(fields).map(([id, text]) => [id, gatewayCounts.parse(JSON.parse(text))]));
  }
}
