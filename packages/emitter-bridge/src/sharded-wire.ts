import notepack from "notepack.io";
import { assertEncodable, assertServerEvent, hasBinary } from "./payload.ts";

/** The part of an ioredis `Redis` or `Cluster` that the bridge uses. */
export interface ShardedPublisher {
  spublish(channel: string, message: string | Buffer): Promise<unknown>;
}

/** Message types of `ClusterAdapter` in socket.io-adapter. */
export const messageTypes = {
  broadcast: 3,
  socketsJoin: 4,
  socketsLeave: 5,
  disconnectSockets: 6,
  serverSideEmit: 9,
} as const;
/** Request types on the emitter's second channel, which the classic adapter reads. */
const requestTypes = {
  socketsJoin: 2,
  socketsLeave: 3,
  disconnectSockets: 4,
} as const;

/**
 * The adapter takes a room of exactly 20 characters for a socket id and publishes it on the
 * namespace's channel, to which every gateway listens.
 */
const looksLikeSocketId = (room: unknown): boolean =>
  typeof room === "string" && room.length === 20;

/** The channel of a broadcast to these rooms. */
export const broadcastChannel = (key: string, nsp: string, rooms: readonly string[]): string =>
  rooms.length === 1 && !looksLikeSocketId(rooms[0])
    ? `${key}#${nsp}#${rooms[0]}#`
    : `${key}#${nsp}#`;

interface Targets {
  readonly rooms: readonly string[];
  readonly except: readonly string[];
}
type EmitterTriple = [
  uid: string,
  packet: { readonly nsp: string; readonly data: readonly unknown[] },
  opts: Targets & { readonly flags: object },
];
type EmitterRequest =
  | {
      readonly type: typeof requestTypes.socketsJoin | typeof requestTypes.socketsLeave;
      readonly opts: Targets;
      readonly rooms: readonly string[];
    }
  | {
      readonly type: typeof requestTypes.disconnectSockets;
      readonly opts: Targets;
      readonly close: boolean;
    };

/** No gateway has this uid, so each gateway handles the message as foreign. */
export const uid = "emitter";

/**
 * Translates between the official emitter and Redis: it is the emitter's `parser` and its client.
 *
 * The emitter writes for the classic adapter (PUBLISH, a MessagePack triple, a second channel for
 * requests). The sharded adapter reads SPUBLISH, one JSON message (MessagePack with bytes), one
 * channel. Broadcast channels have the same names in both. The emitter drops the promise of
 * `publish`; `send` returns it.
 */
export class ShardedWire {
  readonly #client: ShardedPublisher;
  readonly #key: string;
  readonly #onError: ((error: Error) => void) | undefined;
  #published: Promise<unknown> | undefined;
  /** Whether the broadcast just encoded goes to the namespace's channel instead of its room's. */
  #toNamespace = false;

  constructor(client: ShardedPublisher, key: string, onError?: (error: Error) => void) {
    this.#client = client;
    this.#key = key;
    this.#onError = onError;
  }

  /** The emitter's `parser`: encodes a broadcast for the sharded adapter. */
  readonly parser = {
    encode: ([, packet, opts]: EmitterTriple): string | Buffer => {
      const { rooms, except, flags } = opts;
      assertEncodable(packet.data);
      this.#toNamespace = rooms.length === 1 && looksLikeSocketId(rooms[0]);
      const data = { packet, opts: { rooms, except, flags } };
      return encode({ uid, nsp: packet.nsp, type: messageTypes.broadcast, data });
    },
  };

  /** The emitter's client. */
  publish(channel: string, message: string | Buffer): void {
    const requests = `${this.#key}-request#`;
    if (channel.startsWith(requests)) {
      const nsp = channel.slice(requests.length, -1);
      const request = JSON.parse(String(message)) as EmitterRequest;
      return this.#publish(
        this.#namespaceChannel(nsp),
        encode({ uid, nsp, ...translate(request) }),
      );
    }
    const end = `${this.#key}#`.length;
    const nsp = channel.slice(end, channel.indexOf("#", end));
    this.#publish(this.#toNamespace ? this.#namespaceChannel(nsp) : channel, message);
  }

  /**
   * Server-side emit; the emitter itself would lose bytes. @throws Error for an event or argument
   * that cannot be sent
   */
  serverSideEmit(nsp: string, event: string, args: readonly unknown[]): void {
    assertServerEvent(event);
    assertEncodable(args);
    const data = { packet: [event, ...args] };
    const message = encode({ uid, nsp, type: messageTypes.serverSideEmit, data });
    this.#publish(this.#namespaceChannel(nsp), message);
  }

  /**
   * Runs one call of the emitter and returns the promise of its `publish`: the number of
   * subscribers on the channel's node, or a rejection. An unawaited rejection does not end the
   * process; `onError` receives each.
   * @throws Error at once for a mistake of the caller, as the official emitter does
   */
  send(call: () => unknown): Promise<number> {
    this.#published = undefined;
    call();
    const published = this.#takePublished();
    if (published === undefined)
      throw new Error(
        "the emitter published nothing: its version is not the one this bridge was written for",
      );
    const sent = published.then(Number);
    sent.catch((error: unknown) =>
      this.#onError?.(error instanceof Error ? error : new Error(String(error))),
    );
    return sent;
  }

  #takePublished(): Promise<unknown> | undefined {
    return this.#published;
  }

  #publish(channel: string, message: string | Buffer): void {
    // A client that throws at once failed to publish: an outage, not a mistake of the caller.
    this.#published = (async () => await this.#client.spublish(channel, message))();
  }

  #namespaceChannel(nsp: string): string {
    return `${this.#key}#${nsp}#`;
  }
}

/** @throws TypeError or RangeError for a circular payload */
const encode = (message: object): string | Buffer =>
  hasBinary(message) ? notepack.encode(message) : JSON.stringify(message);

function translate(request: EmitterRequest): { type: number; data: object } {
  switch (request.type) {
    case requestTypes.socketsJoin:
      return {
        type: messageTypes.socketsJoin,
        data: { opts: options(request.opts), rooms: request.rooms },
      };
    case requestTypes.socketsLeave:
      return {
        type: messageTypes.socketsLeave,
        data: { opts: options(request.opts), rooms: request.rooms },
      };
    case requestTypes.disconnectSockets:
      return {
        type: messageTypes.disconnectSockets,
        data: { opts: options(request.opts), close: request.close },
      };
  }
}

const options = ({ rooms, except }: Targets) => ({ rooms, except, flags: {} });
