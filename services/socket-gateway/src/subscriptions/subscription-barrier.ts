/** Channels in one command: Redis serves others between two of them. */
const channelsPerCall = 200;

/** The part of an ioredis subscriber (`Redis` or `Cluster`) that the barrier uses. */
export interface ShardSubscriber {
  ssubscribe(...channels: string[]): Promise<unknown>;
  sunsubscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

export interface BarrierOptions {
  /** On a Cluster the channels of one call must share a slot: a tenant's do. */
  readonly cluster: boolean;
  /** Pause before a refused subscription is retried, in ms. */
  readonly retryMs?: number;
  /** How long joins are collected into one command, in ms; default 5: at most 200 calls/s. */
  readonly gatherMs?: number;
  readonly onError?: (error: unknown, channel: string) => void;
}

/** A channel without a confirmed subscription, and the promise of its confirmation. */
interface Pending {
  readonly promise: Promise<void>;
  readonly confirm: () => void;
}
/** Shared by all confirmed channels: each costs only a map entry. */
const confirmed: Pending = { promise: Promise.resolve(), confirm: () => undefined };

/**
 * Tracks which rooms are subscribed in Redis. The sharded adapter does not await its subscriptions,
 * so its subscriber client is wrapped, and each channel has one of three states:
 *
 * - pending: subscribed, no answer yet;
 * - confirmed: Redis answered on the current connection;
 * - lost: the connection or the slot's node was lost; `restore` subscribes again.
 *
 * Rejections are caught here: in the adapter they would be unhandled and end the process. `PUBSUB
 * SHARDCHANNELS` does not help: it lists the channels of all clients.
 */
export class SubscriptionBarrier {
  readonly #subscriber: ShardSubscriber;
  readonly #options: BarrierOptions;
  readonly #channels = new Map<string, Pending>();
  /** Channels of the next subscribe and unsubscribe commands. */
  readonly #joining = new Set<string>();
  readonly #leaving = new Set<string>();
  #isFlushing = false;
  #connected = true;
  /** Increases with each interruption: answers of an older connection confirm nothing. */
  #generation = 0;

  constructor(subscriber: ShardSubscriber, options: BarrierOptions) {
    this.#subscriber = subscriber;
    this.#options = options;
  }

  /** The client for the adapter. Its calls never reject. */
  readonly client = {
    ssubscribe: (channel: string): Promise<void> => {
      this.#channels.set(channel, newPending());
      this.#joining.add(channel);
      this.#flushSoon();
      return Promise.resolve();
    },
    sunsubscribe: (channel: string): Promise<void> => {
      const pending = this.#channels.get(channel);
      this.#channels.delete(channel);
      // Release callers that wait for this channel.
      pending?.confirm();
      // Not subscribed yet: nothing to unsubscribe.
      if (!this.#joining.delete(channel)) this.#leaving.add(channel);
      this.#flushSoon();
      return Promise.resolve();
    },
    on: (event: string, listener: (...args: unknown[]) => void): unknown =>
      this.#subscriber.on(event, listener),
  };

  get size(): number {
    return this.#channels.size;
  }

  isConfirmed(channel: string): boolean {
    return this.#channels.get(channel) === confirmed;
  }

  /** Resolves with true when the channel is confirmed; false after `waitMs` or if it was left. */
  async confirmed(channel: string, waitMs: number): Promise<boolean> {
    const pending = this.#channels.get(channel);
    if (pending === undefined || pending === confirmed) return pending === confirmed;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([pending.promise, timeout]);
    clearTimeout(timer);
    return this.isConfirmed(channel);
  }

  /** Resolves with true when the channel is confirmed, however long that takes; false if it was left. */
  async settled(channel: string): Promise<boolean> {
    let pending = this.#channels.get(channel);
    while (pending !== undefined && pending !== confirmed) {
      await pending.promise;
      pending = this.#channels.get(channel);
    }
    return pending === confirmed;
  }

  /** The connection or a slot's node was lost: every channel is lost until `restore`. */
  interrupt(): void {
    this.#connected = false;
    this.#generation += 1;
    for (const [channel, pending] of this.#channels)
      if (pending === confirmed) this.#channels.set(channel, newPending());
  }

  /** Subscribes to every channel again; resolves with false if interrupted meanwhile. */
  async restore(): Promise<boolean> {
    if (this.#connected) this.interrupt();
    this.#connected = true;
    this.#joining.clear();
    // Left and joined again: a late unsubscribe would undo the subscription made here.
    for (const channel of this.#channels.keys()) this.#leaving.delete(channel);
    const generation = this.#generation;
    const channels = [...this.#channels.keys()];
    await Promise.all(this.#inCalls(channels).map((chunk) => this.#subscribe(chunk, generation)));
    return generation === this.#generation;
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setTimeout(() => {
      this.#isFlushing = false;
      // Unsubscribe first: a channel in both sets was left and then joined again.
      const [leaving, joining] = [[...this.#leaving], [...this.#joining]];
      this.#leaving.clear();
      this.#joining.clear();
      // Fails while disconnected, when nothing is subscribed.
      for (const chunk of this.#inCalls(leaving))
        void this.#subscriber.sunsubscribe(...chunk).catch(() => undefined);
      // While disconnected skip this: `restore` subscribes every channel.
      if (this.#connected)
        for (const chunk of this.#inCalls(joining)) void this.#subscribe(chunk, this.#generation);
    }, this.#options.gatherMs ?? 5);
  }

  #inCalls(channels: readonly string[]): string[][] {
    if (!this.#options.cluster) return chunks(channels, channelsPerCall);
    const tenants = Map.groupBy(channels, tagOf);
    return [...tenants.values()].flatMap((ofTenant) => chunks(ofTenant, channelsPerCall));
  }

  async #subscribe(channels: readonly string[], generation: number): Promise<void> {
    // The promise of each channel at the call: a room left and joined again waits for a later one.
    const asked = new Map(channels.map((channel) => [channel, this.#channels.get(channel)]));
    while (asked.size > 0 && generation === this.#generation) {
      try {
        await this.#subscriber.ssubscribe(...asked.keys());
        if (generation === this.#generation) this.#confirm(asked);
        return;
      } catch (error) {
        this.#options.onError?.(error, asked.keys().next().value ?? "");
        await pause(this.#options.retryMs ?? 500);
        for (const [channel, pending] of asked)
          if (this.#channels.get(channel) !== pending) asked.delete(channel);
      }
    }
  }

  #confirm(asked: ReadonlyMap<string, Pending | undefined>): void {
    for (const [channel, pending] of asked) {
      if (pending === undefined || pending === confirmed || this.#channels.get(channel) !== pending)
        continue;
      this.#channels.set(channel, confirmed);
      pending.confirm();
    }
  }
}

/** The channel on which the sharded adapter receives the messages of a room. */
export const roomChannel = (namespace: string, room: string): string =>
  `socket.io#${namespace}#${room}#`;

/** Channels of one tag share a slot; without a tag each is alone. */
const tagOf = (channel: string): string => /\{([^}]+)\}/.exec(channel)?.[1] ?? channel;

function newPending(): Pending {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, confirm: resolve };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref());
