import { keys } from "@waiter/contracts";
import type { RedisConnection } from "@waiter/redis";

/**
 * Redis' own clock decides, so that gateways need not agree on theirs. A person may have several
 * screens and is answered once: a crowd that joins together is not sent itself once per screen.
 * KEYS[1], ARGV: expiry in ms, then members.
 */
const refreshScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expiry = tonumber(ARGV[1])
for index = 2, #ARGV do redis.call('ZADD', KEYS[1], now + expiry, ARGV[index]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], expiry)
local seen, staff = {}, {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local id = string.match(member, '^[^:]*')
  if not seen[id] then
    seen[id] = true
    staff[#staff + 1] = id
  end
end
return staff
`;

/** Presence in Redis: per tenant a sorted set of `staffId:socketId`, score = expiry. */
export class PresenceStore {
  readonly #redis: RedisConnection;
  readonly #expiryMs: number;

  constructor(redis: RedisConnection, expiryMs: number) {
    this.#redis = redis;
    this.#expiryMs = expiryMs;
  }

  /** Prolongs these members and answers who is present now, on any gateway: staff ids, sorted. */
  async refresh(tenantId: string, members: readonly string[]): Promise<string[]> {
    const present = await this.#redis.client.eval(
      refreshScript,
      1,
      keys.presence(tenantId),
      this.#expiryMs,
      ...members,
    );
    return (present as string[]).sort();
  }

  async remove(tenantId: string, members: readonly string[]): Promise<void> {
    if (members.length > 0) await this.#redis.client.zrem(keys.presence(tenantId), ...members);
  }
}
