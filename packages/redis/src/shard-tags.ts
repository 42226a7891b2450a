import { Cluster } from "ioredis";
import { hashSlot } from "./hash-slot.ts";
import type { RedisClient } from "./redis-script.ts";

/** Enough to find a tag for each of 100 masters. */
const candidates = 2_000;

/**
 * One hash tag per shard: a key or channel with `{tag}` in its name belongs to that shard. A single
 * server is one shard. Stable while the slots keep their masters.
 */
export function shardTags(client: RedisClient): string[] {
  if (!(client instanceof Cluster)) return ["0"];
  const masters = client.nodes("master").length;
  const tags = new Map<string, string>();
  for (let number = 0; number < candidates && tags.size < masters; number += 1) {
    const master = client.slots[hashSlot(String(number))]?.[0];
    if (master !== undefined && !tags.has(master)) tags.set(master, String(number));
  }
  return [...tags.values()];
}
