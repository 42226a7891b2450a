/** What the barrier needs of an ioredis connection in subscriber mode (`Redis` or `Cluster`). */
export interface ShardSubscriber {
  ssubscribe(...channels: string[]): Promise<unknown>;
  sunsubscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

export interface BarrierOptions {
  /** On a cluster channels of one call must share a slot, so each is subscribed by its own. */
  readonly cluster: boolean;
  /** Pause before a subscription that was refused on a live connection is tried again, ms. */
  readonly retryMs?: number;
  /** How long rooms are collected before they are asked for together, ms; 5 when not given: when all come back at once, Redis is asked 200 times a second at most. */
  readonly gatherMs?: number;
  readonly onError?: (error: unknown, channel: string) => void;
}

/** A channel whose subscription is not (or no longer) in place; whoever needs it waits for the promise. */
interface Pending {
  readonly promise: Promise<void>;
  readonly confirm: () => void;
}
/** Shared by every confirmed channel, so that a confirmed one costs a map entry only. */
const confirmed: Pending = { promise: Promise.resolve(), confirm: () => undefined };

/**
 * Says when a room's messages really arrive. The sharded adapter subscribes without awaiting it, so its subscriber client
 * is wrapped, and each channel is in one of three states:
 *
 * - pending: asked for, not answered yet;
 * - confirmed: Redis has answered since the connection was last (re)made;
 * - lost: the connection or the slot's node went away; asked for again by `restore`, and pending until answered.
 *
 * Rejections are caught here: in the adapter they would be unhandled and end the process. `PUBSUB SHARDCHANNELS` could
 * not tell: it lists every client's channels.
 */
export class SubscriptionBarrier {
  readonly #subscriber: ShardSubscriber;
  readonly #options: BarrierOptions;
  readonly #channels = new Map<string, Pending>();
  /** To be asked for, and to be left, in a moment: a crowd costs a few commands, not one each. */
  readonly #joining = new Set<string>();
  readonly #leaving = new Set<string>();
  #isFlushing = false;
  #connected = true;
  /** Rises with each interruption: an answer of an older connection confirms nothing. */
  #generation = 0;

  constructor(subscriber: ShardSubscriber, options: BarrierOptions) {
    this.#subscriber = subscriber;
    this.#options = options;
  }

  /** The client to give to the adapter. Its calls never reject. */
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
      // Whoever waits for it has nothing to wait for any more.
      pending?.confirm();
      // One that was not asked for yet needs no farewell.
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

  /** Resolves with true once the channel is confirmed, with false after `waitMs`, or when nobody wants the channel. */
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

  /** The connection, or a slot's node, went away: every channel is lost until `restore`. */
  interrupt(): void {
    this.#connected = false;
    this.#generation += 1;
    for (const [channel, pending] of this.#channels)
      if (pending === confirmed) this.#channels.set(channel, newPending());
  }

  /** Subscribes to every channel again; resolves with true when all of them are confirmed, false when interrupted again. */
  async restore(): Promise<boolean> {
    if (this.#connected) this.interrupt();
    this.#connected = true;
    this.#joining.clear();
    // Left and joined again within a moment: a late farewell would take back what is asked for here.
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
      // Left first: a channel in both sets was left and then joined again.
      const [leaving, joining] = [[...this.#leaving], [...this.#joining]];
      this.#leaving.clear();
      this.#joining.clear();
      // Refused while disconnected: then nothing is subscribed either.
      for (const chunk of this.#inCalls(leaving))
        void this.#subscriber.sunsubscribe(...chunk).catch(() => undefined);
      // While disconnected nothing is asked for: `restore` asks for every channel.
      if (this.#connected)
        for (const chunk of this.#inCalls(joining)) void this.#subscribe(chunk, this.#generation);
    }, this.#options.gatherMs ?? 5);
  }

  #inCalls(channels: readonly string[]): string[][] {
    return chunks(channels, this.#options.cluster ? 1 : 200);
  }

  async #subscribe(channels: readonly string[], generation: number): Promise<void> {
    // What each was waiting for when it was asked for: a room left and joined again meanwhile waits for a later answer.
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
