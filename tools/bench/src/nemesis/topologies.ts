import { setTimeout as sleep } from "node:timers/promises";
import {
  startRedisCluster,
  startSentinel,
  type TestRedisCluster,
  type TestSentinel,
} from "@waiter/testkit";
import { failOver } from "./fail-over.ts";
import type { Topology } from "./topology.ts";

type Node = TestRedisCluster["masters"][number];

/**
 * Ends a master for good while its replica lags behind by `lagMs`: the tail that the replica misses
 * is lost.
 */
async function loseTail(master: Node, replica: Node, lagMs: number): Promise<void> {
  await replica.pause();
  await sleep(lagMs);
  await master.kill();
  await replica.resume();
}

/** Three masters with a replica each, node timeout 2 s. */
async function cluster(): Promise<Topology> {
  const redis = await startRedisCluster(3, 1);
  /** Who leads each shard now: a pair changes places with each fail-over. */
  const shards = redis.masters.map((master, index) => ({
    leader: master,
    follower: redis.replicas[index]?.[0] as Node,
  }));
  return {
    env: { REDIS_URL: redis.url, QUEUE_REDIS_URL: redis.url },
    faults: (random) => ({
      async "fail a master over, its replica lagging"() {
        const shard = random.pick(shards);
        const lagMs = Math.round(random.between(200, 1_200));
        await loseTail(shard.leader, shard.follower, lagMs);
        await sleep(6_000);
        await shard.leader.restart();
        [shard.leader, shard.follower] = [shard.follower, shard.leader];
        await sleep(3_000);
        return `a master died, its replica ${lagMs} ms behind`;
      },
      async "pause a master"() {
        const { leader } = random.pick(shards);
        const ms = Math.round(random.between(200, 1_500));
        await leader.pause();
        await sleep(ms);
        await leader.resume();
        return `a master paused for ${ms} ms`;
      },
    }),
    [Symbol.asyncDispose]: () => redis.stop(),
  };
}

/** One master, two replicas, three sentinels. */
async function sentinel(): Promise<Topology> {
  const redis: TestSentinel = await startSentinel({ replicas: 2 });
  const nodes: Node[] = [redis.master, ...redis.replicas];
  return {
    env: { REDIS_URL: redis.url, QUEUE_REDIS_URL: redis.url },
    faults: () => ({
      async "fail the master over"() {
        const port = await redis.masterPort();
        const master = nodes.find((node) => node.port === port);
        if (!master) return "the sentinels are between two masters";
        await master.kill();
        await sleep(6_000);
        await master.restart();
        await sleep(3_000);
        return "the master died";
      },
    }),
    [Symbol.asyncDispose]: () => redis.stop(),
  };
}

export const topologies: Record<string, () => Promise<Topology>> = {
  cluster,
  sentinel,
  failover: failOver,
};
