import { channels, keys } from "@waiter/contracts";
import { RedisScript, type RedisClient } from "@waiter/redis";

/** Milliseconds now, by the clock of Redis: gateways and apis need not agree on theirs. */
const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS[1], ARGV: the tenant's channel, expiry in ms, number of members to remove, these members,
 * members to add. Answers each present staff id once, however many screens it has. The first screen
 * and the loss of the last one are announced in the same step, so that announcements have the order
 * of the changes. The first ZADD changes nothing: Redis checks its memory before a script's first
 * write alone, and removing is always allowed.
 */
const update = new RedisScript(`${now}
local expiry, removed = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], 'XX', 0, '')
local known = redis.call('ZCARD', KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local before = redis.call('ZCARD', KEYS[1])
for index = 4, #ARGV do
  if index < 4 + removed then redis.call('ZREM', KEYS[1], ARGV[index])
  else redis.call('ZADD', KEYS[1], now + expiry, ARGV[index]) end
end
redis.call('PEXPIRE', KEYS[1], expiry)
local seen, staff = {}, {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local id = string.match(member, '^[^:]*')
  if not seen[id] then
    seen[id] = true
    staff[#staff + 1] = id
  end
end
if before == 0 and #staff > 0 then
  redis.call('SPUBLISH', ARGV[1], '{"type":"screens","online":true}')
elseif known > 0 and #staff == 0 then
  redis.call('SPUBLISH', ARGV[1], '{"type":"screens","online":false}')
end
return staff
`);

/**
 * KEYS, ARGV: for each key its tenant's channel. What {@link update} does without members, for many
 * tenants: answers 1 for each that has a screen, else 0.
 */
const look = new RedisScript(`${now}
local present = {}
for index, key in ipairs(KEYS) do
  redis.call('ZADD', key, 'XX', 0, '')
  local known = redis.call('ZCARD', key)
  if known > 0 then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    if redis.call('ZCARD', key) == 0 then
      redis.call('SPUBLISH', ARGV[index], '{"type":"screens","online":false}')
      known = 0
    end
  end
  present[index] = known > 0 and 1 or 0
end
return present
`);

/**
 * KEYS[1]. The ZADD changes nothing: it fails where a gateway's refresh would fail (read-only
 * replica, full memory, failed persistence, missing replicas), because the members on such a server
 * are not current.
 */
const count = new RedisScript(`${now}
redis.call('ZADD', KEYS[1], 'XX', 0, '')
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
`);

/** KEYS[1]. Answers each present staff id once; fails where {@link count} fails. */
const read = new RedisScript(`${now}
redis.call('ZADD', KEYS[1], 'XX', 0, '')
local seen, staff = {}, {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
  local id = string.match(member, '^[^:]*')
  if not seen[id] then
    seen[id] = true
    staff[#staff + 1] = id
  end
end
return staff
`);

type Tell = (tenantId: string, isPresent: boolean) => void;

/**
 * Which staff have a screen connected: per tenant a sorted set of `staffId:socketId`, score =
 * expiry in Redis time. A tenant's first screen, and the loss of its last one, go to the tenant's
 * channel.
 */
export class Presence {
  readonly #client: RedisClient;
  readonly #expiryMs: number;
  /** A Cluster, or one behind a proxy, which looks like a single server until it refuses. */
  #hasShards: boolean;

  /** @param expiryMs a member that is not refreshed for this long is absent. */
  constructor(client: RedisClient, { expiryMs = 45_000 }: { readonly expiryMs?: number } = {}) {
    this.#client = client;
    this.#hasShards = client.isCluster;
    this.#expiryMs = expiryMs;
  }

  /** Prolongs these members. Resolves with the staff ids present on any gateway, sorted. */
  refresh(tenantId: string, members: readonly string[]): Promise<string[]> {
    return this.#update(tenantId, [], members);
  }

  /**
   * Tells of each of these tenants whether it has a screen on any gateway, in one command; where
   * Redis has shards, which share no command, in one for each, which tells when it is answered.
   * Rejects when that of a tenant is not known.
   */
  async look(tenantIds: readonly string[], tell: Tell): Promise<void> {
    if (this.#hasShards) return this.#lookOneByOne(tenantIds, tell);
    let present: number[];
    try {
      present = (await look.run(
        this.#client,
        tenantIds.map(keys.presence),
        tenantIds.map(channels.tenant),
      )) as number[];
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("CROSSSLOT")) throw error;
      this.#hasShards = true;
      return this.#lookOneByOne(tenantIds, tell);
    }
    for (const [index, tenantId] of tenantIds.entries()) tell(tenantId, present[index] === 1);
  }

  async #lookOneByOne(tenantIds: readonly string[], tell: Tell): Promise<void> {
    const looks = tenantIds.map(async (tenantId) =>
      tell(tenantId, (await this.refresh(tenantId, [])).length > 0),
    );
    const failed = (await Promise.allSettled(looks)).find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** The staff ids present on any gateway. Rejects when they are not known, like {@link count}. */
  async read(tenantId: string): Promise<string[]> {
    return (await read.run(this.#client, [keys.presence(tenantId)], [])) as string[];
  }

  /** Removes these members. Resolves as `refresh`. */
  remove(tenantId: string, members: readonly string[]): Promise<string[]> {
    return this.#update(tenantId, members, []);
  }

  /**
   * How many screens are present. Rejects when Redis is away or refuses the gateways' writes: the
   * number is not known.
   */
  async count(tenantId: string): Promise<number> {
    return Number(await count.run(this.#client, [keys.presence(tenantId)], []));
  }

  async #update(
    tenantId: string,
    removed: readonly string[],
    added: readonly string[],
  ): Promise<string[]> {
    const channel = channels.tenant(tenantId);
    const arguments_ = [channel, this.#expiryMs, removed.length, ...removed, ...added];
    const present = await update.run(this.#client, [keys.presence(tenantId)], arguments_);
    return (present as string[]).sort();
  }
}
