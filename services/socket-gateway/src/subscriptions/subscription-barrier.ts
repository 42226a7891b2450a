import { inTurns } from "@waiter/lifecycle";

/** Channels in one command: Redis serves others between two of them. */
const channelsPerCall = 200;
/** Commands of a turn of the event loop, which serves others between two of them. */
const callsPerTurn = { standalone: 1, cluster: 25 };

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
  /** Of the mark of a connection's confirmed channels. */
  readonly isMark?: true;
}

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
  /** Shared by all confirmed channels: each costs only a map entry. Another connection has another. */
  #confirmed = newMark();
  /** Increases with each interruption: answers of an older connection confirm nothing. */
  #generation = 0;
  /** Channels that restores sent before they were interrupted: the next one begins behind them. */
  #sent = 0;

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

  /** Grows with each interruption: what a channel brought before is not all of it. */
  get line(): number {
    return this.#generation;
  }

  isConfirmed(channel: string): boolean {
    return this.#channels.get(channel) === this.#confirmed;
  }

  /** Resolves with true when the channel is confirmed; false after `waitMs` or if it was left. */
  async confirmed(channel: string, waitMs: number): Promise<boolean> {
    const pending = this.#pendingOf(channel);
    if (pending === undefined || pending.isMark) return pending !== undefined;
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
    let pending = this.#pendingOf(channel);
    while (pending !== undefined && !pending.isMark) {
      await pending.promise;
      pending = this.#pendingOf(channel);
    }
    return pending !== undefined;
  }

  /** The connection or a slot's node was lost: every channel is lost until `restore`. */
  interrupt(): void {
    this.#connected = false;
    this.#generation += 1;
    this.#confirmed = newMark();
  }

  /** Subscribes to every channel again; resolves with false if interrupted meanwhile. */
  async restore(): Promise<boolean> {
    if (this.#connected) this.interrupt();
    this.#connected = true;
    this.#joining.clear();
    // Left and joined again: a late unsubscribe would undo the subscription made here.
    for (const channel of this.#leaving)
      if (this.#channels.has(channel)) this.#leaving.delete(channel);
    const generation = this.#generation;
    const answers: Promise<void>[] = [];
    const channels = [...this.#channels.keys()];
    const first = channels.length === 0 ? 0 : this.#sent % channels.length;
    const ordered = [...channels.slice(first), ...channels.slice(0, first)];
    const perTurn = this.#options.cluster ? callsPerTurn.cluster : callsPerTurn.standalone;
    await inTurns(this.#inCalls(ordered), perTurn, (calls) => {
      if (generation !== this.#generation) return false;
      for (const chunk of calls) {
        this.#sent += chunk.length;
        // Left meanwhile, or left and joined: the flush unsubscribes and then subscribes it.
        const present = chunk.filter(
          (channel) => this.#channels.has(channel) && !this.#joining.has(channel),
        );
        if (present.length > 0) answers.push(this.#subscribe(present, generation));
      }
      return true;
    });
    if (generation === this.#generation) this.#sent = 0;
    await Promise.all(answers);
    return generation === this.#generation;
  }

  /** A channel that was confirmed on an earlier connection is pending. */
  #pendingOf(channel: string): Pending | undefined {
    const known = this.#channels.get(channel);
    if (known?.isMark !== true || known === this.#confirmed) return known;
    const pending = newPending();
    this.#channels.set(channel, pending);
    return pending;
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
    const asked = new Map(channels.map((channel) => [channel, this.#pendingOf(channel)]));
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
      if (pending === undefined || pending.isMark || this.#channels.get(channel) !== pending)
        continue;
      this.#channels.set(channel, this.#confirmed);
      pending.confirm();
    }
  }
}

/** The channel on which the sharded adapter receives the messages of a room. */
export const roomChannel = (namespace: string, room: string): string =>
  `socket.io#${namespace}#${room}#`;

/** Channels of one tag share a slot; without a tag each is alone. */
function tagOf(channel: string): string {
  const from = channel.indexOf("{");
  const to = channel.indexOf("}", from + 1);
  return from === -1 || to <= from + 1 ? channel : channel.slice(from + 1, to);
}

const newMark = (): Pending => ({
  promise: Promise.resolve(),
  confirm: () => undefined,
  isMark: true,
});

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
