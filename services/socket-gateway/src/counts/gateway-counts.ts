import {
  goneGateways,
  keys,
  sumGatewayCounts,
  type GatewayCounts,
  type SocketCounts,
} from "@waiter/contracts";
import type { RedisConnection } from "@waiter/redis";

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
    return Number(
      await this.#redis.client.eval(
        writeScript,
        1,
        keys.gateways(),
        this.#gatewayId,
        JSON.stringify(counts),
      ),
    );
  }

  /** Removes what gateways left that were gone at `at`. */
  async removeStale(at: number): Promise<void> {
    const gone = goneGateways(await this.#redis.client.hgetall(keys.gateways()), at);
    if (gone.length > 0) await this.#redis.client.hdel(keys.gateways(), ...gone);
  }

  async remove(): Promise<void> {
    await this.#redis.client.hdel(keys.gateways(), this.#gatewayId);
  }

  /** The sum over all gateways that reported lately. Rejects while Redis is away. */
  async sum(): Promise<SocketCounts> {
    const [fields, [seconds]] = await Promise.all([
      this.#redis.client.hgetall(keys.gateways()),
      this.#redis.client.time(),
    ]);
    return sumGatewayCounts(fields, Number(seconds) * 1_000);
  }
}
