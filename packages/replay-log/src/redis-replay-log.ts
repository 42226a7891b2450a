import { keys, type Head } from "@waiter/contracts";
import type { ShardedMessage } from "@waiter/emitter-bridge";
import { RedisScript } from "@waiter/redis";
import { Cluster, type Redis } from "ioredis";
import { appendScript } from "./append-script.ts";
import { exactRange } from "./exact-range.ts";
import {
  replayLimits,
  type Appended,
  type LoggedEvent,
  type ReplayAnswer,
  type ReplayLimits,
  type ReplayLog,
} from "./replay-log.ts";

const script = new RedisScript(appendScript);

/**
 * The replay log in Redis: one slot per tenant, one script per append.
 *
 * Outside of a Cluster the script publishes too. In a Cluster each message is a command of its own,
 * sent together with the script: while a slot moves, scripts run where its keys are or not at all,
 * and while a part of the Cluster is away none runs, but SPUBLISH reaches the slot's subscribers.
 */
export class RedisReplayLog implements ReplayLog {
  readonly #client: Redis | Cluster;
  readonly #limits: ReplayLimits;

  constructor(client: Redis | Cluster, limits: Partial<ReplayLimits> = {}) {
    this.#client = client;
    this.#limits = { ...replayLimits, ...limits };
  }

  async append(event: LoggedEvent, messages: readonly ShardedMessage[] = []): Promise<Appended> {
    const client = this.#client;
    if (!(client instanceof Cluster)) return await this.#append(event, messages);
    const [appended, ...sent] = await Promise.allSettled([
      this.#append(event, []),
      ...messages.map(async ({ channel, message }) => await client.spublish(channel, message)),
    ]);
    // Published again it would no longer differ.
    if (appended.status === "fulfilled" && appended.value === "diverged") return "diverged";
    const failed = sent.find((one) => one.status === "rejected") ?? appended;
    if (failed.status === "rejected") throw failed.reason;
    return "appended";
  }

  async #append(
    { tenantId, epoch, seq, envelope }: LoggedEvent,
    messages: readonly ShardedMessage[],
  ): Promise<Appended> {
    const { events, bytes, logTtlMs, headTtlMs } = this.#limits;
    const args = [epoch, seq, envelope, events, bytes, logTtlMs, headTtlMs];
    for (const { channel, message } of messages) args.push(channel, message);
    const logKeys = [keys.log(tenantId, epoch), keys.head(tenantId)];
    const diverged = await script.run(this.#client, logKeys, args);
    return Number(diverged) === 1 ? "diverged" : "appended";
  }

  /**
   * Sends both commands together, the head first: an event appended in between lies beyond that
   * head and is left out.
   */
  async read(
    tenantId: string,
    epoch: string,
    since: number,
    max = this.#limits.behind,
  ): Promise<ReplayAnswer> {
    const [head, rows] = await Promise.all([
      this.head(tenantId),
      this.#client.zrangebyscore(
        keys.log(tenantId, epoch),
        `(${since}`,
        "+inf",
        "WITHSCORES",
        "LIMIT",
        0,
        max,
      ) as Promise<unknown[]>,
    ]);
    return exactRange(head, epoch, since, max, toEntries(rows));
  }

  async head(tenantId: string): Promise<Head | undefined> {
    const [epoch, seq] = await this.#client.hmget(keys.head(tenantId), "epoch", "seq");
    return typeof epoch === "string" && typeof seq === "string"
      ? { epoch, seq: Number(seq) }
      : undefined;
  }

  async heads(tenantIds: readonly string[]): Promise<Map<string, Head>> {
    const heads = await Promise.all(
      tenantIds.map(async (tenantId) => [tenantId, await this.head(tenantId)] as const),
    );
    return new Map(
      heads.filter((entry): entry is readonly [string, Head] => entry[1] !== undefined),
    );
  }

  async replace(tenantId: string, head: Head, before: string): Promise<void> {
    const key = keys.head(tenantId);
    await Promise.all([
      this.#client.del(key, keys.log(tenantId, before)),
      this.#client.hset(key, { epoch: head.epoch, seq: head.seq }),
      this.#client.pexpire(key, this.#limits.headTtlMs),
    ]);
  }
}

/** RESP2 answers a flat list of members and scores, RESP3 a list of pairs. */
function toEntries(rows: readonly unknown[]): { seq: number; envelope: string }[] {
  const flat = rows.flat();
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    envelope: String(flat[2 * index]),
    seq: Number(flat[2 * index + 1]),
  }));
}
