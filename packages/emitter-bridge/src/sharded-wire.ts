import notepack from "notepack.io";
import { hasBinary } from "./has-binary.ts";

/** The part of an ioredis `Redis` or `Cluster` that the bridge uses. */
export interface ShardedPublisher {
  spublish(channel: string, message: string | Buffer): Promise<unknown>;
}

/** Message types of `ClusterAdapter` in socket.io-adapter. */
const messageTypes = {
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
  serverSideEmit: 6,
} as const;

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
    }
  | { readonly type: typeof requestTypes.serverSideEmit; readonly data: readonly unknown[] };

/** No gateway has this uid, so each gateway handles the message as foreign. */
const uid = "emitter";

/**
 * Translates between the official emitter and Redis: it is the emitter's `parser` and its client.
 *
 * The emitter writes for the classic adapter (PUBLISH, a MessagePack triple, a second channel for requests).
 * The sharded adapter reads SPUBLISH, one JSON message (MessagePack with bytes), one channel. Broadcast
 * channels have the same names in both. The emitter drops the promise of `publish`; `send` returns it.
 */
export class ShardedWire {
  readonly #client: ShardedPublisher;
  readonly #key: string;
  readonly #onError: ((error: Error) => void) | undefined;
  #published: Promise<unknown> | undefined;

  constructor(client: ShardedPublisher, key: string, onError?: (error: Error) => void) {
    this.#client = client;
    this.#key = key;
    this.#onError = onError;
  }

  /** The emitter's `parser`: encodes a broadcast for the sharded adapter. */
  readonly parser = {
    encode: ([, packet, opts]: EmitterTriple): string | Buffer => {
      const { rooms, except, flags } = opts;
      const message = {
        uid,
        nsp: packet.nsp,
        type: messageTypes.broadcast,
        data: { packet, opts: { rooms, except, flags } },
      };
      return hasBinary(packet.data) ? notepack.encode(message) : JSON.stringify(message);
    },
  };

  /** The emitter's client. */
  publish(channel: string, message: string | Buffer): void {
    const requests = `${this.#key}-request#`;
    this.#published = channel.startsWith(requests)
      ? this.#publishRequest(
          channel.slice(requests.length, -1),
          JSON.parse(String(message)) as EmitterRequest,
        )
      : this.#client.spublish(channel, message);
  }

  /**
   * Runs one call of the emitter and returns the promise of its `publish`: the number of subscribers on the
   * channel's node, or a rejection. An unawaited rejection does not end the process; `onError` receives each.
   */
  send(call: () => unknown): Promise<number> {
    const sent = this.#call(call);
    sent.catch((error: unknown) =>
      this.#onError?.(error instanceof Error ? error : new Error(String(error))),
    );
    return sent;
  }

  async #call(call: () => unknown): Promise<number> {
    this.#published = undefined;
    call();
    const published = this.#takePublished();
    if (published === undefined)
      throw new Error(
        "the emitter published nothing: its version is not the one this bridge was written for",
      );
    return Number(await published);
  }

  #takePublished(): Promise<unknown> | undefined {
    return this.#published;
  }

  #publishRequest(nsp: string, request: EmitterRequest): Promise<unknown> {
    return this.#client.spublish(
      `${this.#key}#${nsp}#`,
      JSON.stringify({ uid, nsp, ...translate(request) }),
    );
  }
}

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
    case requestTypes.serverSideEmit:
      return { type: messageTypes.serverSideEmit, data: { packet: request.data } };
  }
}

const options = ({ rooms, except }: Targets) => ({ rooms, except, flags: {} });
