import { channels, keys } from "@waiter/contracts";
import { withTimeout } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { refusalOf, RedisScript, shardTags, type RedisConnection } from "@waiter/redis";
import type { SubscriptionBarrier } from "./subscription-barrier.ts";

/** KEYS[1], ARGV: channel, message, expiry in ms. The write fails where the server takes no writes. */
const send = new RedisScript(`
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return redis.call('SPUBLISH', ARGV[1], ARGV[2])
`);

export interface SelfTestOptions {
  readonly gatewayId: string;
  /** Each must write to, and publish through, every shard. */
  readonly writers: readonly RedisConnection[];
  readonly subscriber: RedisConnection;
  readonly barrier: SubscriptionBarrier;
  /** Pause between rounds, ms. */
  readonly intervalMs: number;
  /** How long a message may take to arrive, ms; less than the pause. */
  readonly waitMs: number;
  readonly onChange: () => void;
  readonly logger: Logger;
}

interface Round {
  /** Messages that have not arrived, with the connection that sent them. */
  readonly missing: Map<string, RedisConnection>;
  /** Messages for which the writer's server has no subscriber. */
  readonly elsewhere: string[];
  readonly refused: Error[];
  readonly arrived: () => void;
}

/**
 * Proves that the connections of this gateway do their job: in each round every writer writes one
 * key per shard and publishes a message to this gateway, which the subscriber must receive. A
 * server that answers PING may still be a demoted master, refuse writes, or differ from the server
 * that the subscriber listens to.
 *
 * `isWorking` is false from a refused write or a lost message until a round passes. After a lost
 * message both connections are replaced. The reply of a demoted master replaces the writer (see
 * `RedisConnection`), and here the subscriber. A message that arrives may have come through a
 * replica, so the reply of SPUBLISH must count the subscriber on the writer's own server;
 * otherwise the subscriber is replaced.
 */
export class SelfTest {
  readonly #options: SelfTestOptions;
  #channels: ReadonlySet<string> = new Set();
  #number = 0;
  #round: Round | undefined;
  #isWorking = true;
  /** When a round was first put off for a channel that is not confirmed, ms. */
  #waitsSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SelfTestOptions) {
    this.#options = options;
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  start(): void {
    const { barrier, intervalMs, subscriber, writers } = this.#options;
    barrier.client.on("smessageBuffer", (channel, message) => {
      if (this.#round !== undefined && this.#channels.has(String(channel)))
        this.#receive(String(message));
    });
    for (const connection of [...writers, subscriber])
      connection.on("ready", () => this.#runSoon());
    this.#subscribe();
    this.#timer = setInterval(() => void this.#run(), intervalMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** After a reconnection a degraded gateway does not wait for the next round. */
  #runSoon(): void {
    this.#subscribe();
    if (!this.#isWorking) setTimeout(() => void this.#run(), 500).unref();
  }

  async #run(): Promise<void> {
    if (this.#round !== undefined || !this.#isConnected()) return;
    this.#subscribe();
    if (!this.#isSubscribed()) return;
    const all = Promise.withResolvers<void>();
    const round: Round = {
      missing: new Map(),
      elsewhere: [],
      refused: [],
      arrived: all.resolve,
    };
    this.#round = round;
    this.#number += 1;
    await this.#send(round);
    if (round.missing.size > 0)
      await withTimeout(all.promise, this.#options.waitMs).catch(() => undefined);
    // What arrived during a stall of the event loop is still in the socket's buffer.
    if (round.missing.size > 0) await new Promise(setImmediate);
    this.#round = undefined;
    this.#judge(round);
  }

  #isConnected(): boolean {
    const { subscriber, writers } = this.#options;
    return [...writers, subscriber].every(({ state }) => state === "ready");
  }

  /** The barrier has confirmed the channels. A server that does not confirm them is left. */
  #isSubscribed(): boolean {
    const { barrier, subscriber, waitMs } = this.#options;
    if ([...this.#channels].every((channel) => barrier.isConfirmed(channel))) {
      this.#waitsSince = undefined;
      return true;
    }
    this.#waitsSince ??= performance.now();
    if (performance.now() - this.#waitsSince > 2 * waitMs) {
      this.#waitsSince = undefined;
      subscriber.replace("subscriptions were not confirmed");
    }
    return false;
  }

  async #send({ missing, elsewhere, refused }: Round): Promise<void> {
    const { gatewayId, intervalMs, writers } = this.#options;
    const attempts = writers.flatMap((writer) =>
      shardTags(writer.client).map(async (tag) => {
        const channel = channels.selfTest(tag, gatewayId);
        const message = `${this.#number}:${writer.name}:${tag}`;
        const isExpected = this.#channels.has(channel);
        if (isExpected) missing.set(message, writer);
        try {
          const key = keys.selfTest(tag, gatewayId);
          const args = [channel, message, 2 * intervalMs];
          const receivers = await send.run(writer.client, [key], args);
          if (isExpected && receivers === 0) elsewhere.push(message);
        } catch (error) {
          missing.delete(message);
          // The connection itself notices time-outs and losses.
          if (refusalOf(error) !== undefined) refused.push(error as Error);
        }
      }),
    );
    await Promise.all(attempts);
  }

  #receive(message: string): void {
    this.#round?.missing.delete(message);
    if (this.#round?.missing.size === 0) this.#round.arrived();
  }

  #judge({ missing, elsewhere, refused }: Round): void {
    const { logger, onChange, subscriber } = this.#options;
    // First: the refusal has already closed the writer, which is therefore not ready.
    const demoted = refused.find((error) => refusalOf(error) === "wrong-server");
    if (demoted !== undefined) subscriber.replace(demoted.message);
    // A connection that was lost meanwhile degrades the gateway by itself.
    if (!this.#isConnected() || !this.#isSubscribed()) return;
    for (const [message, writer] of missing) {
      const reason = `message ${message} to this gateway did not arrive`;
      writer.replace(reason);
      subscriber.replace(reason);
    }
    const [first] = elsewhere;
    if (first !== undefined)
      subscriber.replace(`message ${first} found no subscriber on the writer's server`);
    const isWorking = missing.size === 0 && refused.length === 0;
    if (isWorking === this.#isWorking) return;
    this.#isWorking = isWorking;
    if (isWorking) logger.info("redis passed the gateway's self-test");
    else logger.warn("redis failed the gateway's self-test", { err: refused[0] });
    onChange();
  }

  /** One channel per shard; shards may come and go. */
  #subscribe(): void {
    const { barrier, gatewayId, subscriber } = this.#options;
    const wanted = new Set<string>(
      shardTags(subscriber.client).map((tag) => channels.selfTest(tag, gatewayId)),
    );
    for (const channel of wanted)
      if (!this.#channels.has(channel)) void barrier.client.ssubscribe(channel);
    for (const channel of this.#channels)
      if (!wanted.has(channel)) void barrier.client.sunsubscribe(channel);
    this.#channels = wanted;
  }
}
