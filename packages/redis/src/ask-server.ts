import { Cluster } from "ioredis";
import type { RedisClient } from "./redis-script.ts";
import { assertRedisVersion } from "./version.ts";

/** PING. Of a Cluster one living master is enough: it repairs the other shards itself. */
export function pingServer(client: RedisClient): Promise<unknown> {
  if (!(client instanceof Cluster)) return client.ping();
  return Promise.any(client.nodes("master").map((node) => node.ping()));
}

/**
 * Rejects when Redis is too old. Asks HELLO, which every user may send: INFO needs a permission.
 *
 * @throws {RedisVersionError} below the minimum.
 */
export async function checkVersion(client: RedisClient): Promise<void> {
  const node =
    client instanceof Cluster ? (client.nodes("master")[0] ?? client.nodes()[0]) : client;
  if (node === undefined) throw new Error("the Redis Cluster has no reachable node");
  assertRedisVersion(await node.call("HELLO"));
}
