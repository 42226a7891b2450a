import { createShardedAdapter } from "@socket.io/redis-adapter";
import type { Namespace } from "socket.io";
import {
  MessageType,
  type Adapter,
  type BroadcastOptions,
  type ClusterMessage,
} from "socket.io-adapter";
import type { FanOut } from "./fan-out.ts";
import { LocalRecipients, type LocalSocket } from "./local-recipients.ts";
import { readMessage, type BroadcastMessage } from "./read-message.ts";

/** A packet that the adapter delivers to local sockets. */
export interface LocalBroadcast {
  readonly namespace: string;
  readonly rooms: ReadonlySet<string>;
  /** Event name, then its arguments. */
  readonly data: readonly unknown[];
  /** `performance.now()` when writing began. */
  readonly startedAt: number;
}

export interface AdapterOptions {
  /** Publishing client; its commandTimeout bounds each wait. */
  readonly publisher: unknown;
  /** The client of the subscription barrier. */
  readonly subscriber: unknown;
  readonly fanOut: FanOut;
  /** Called after the writes of a broadcast that had local recipients. */
  readonly onDelivered: (broadcast: LocalBroadcast, recipients: number) => void;
  /** A pub/sub message that cannot be parsed. */
  readonly onMalformed: (reason: string, channel: string) => void;
  /** A broadcast that did not reach Redis: the other gateways did not get it. */
  readonly onPublishError: (error: unknown) => void;
}

/** Members of the sharded adapter that this file replaces: protected, or without types. */
interface OpenAdapter extends Adapter {
  readonly uid: string;
  onRawMessage(raw: Buffer, channel: Buffer): void;
  onMessage(message: ClusterMessage): void;
  readonly responseChannel: string;
  publishAndReturnOffset(message: object): Promise<unknown>;
  broadcast(packet: Packet, options: BroadcastOptions): void;
}
interface Packet {
  type: number;
  data: unknown[];
  nsp: string;
}
interface Encoder {
  encode(packet: Packet): unknown[];
}

/**
 * The official sharded adapter in dynamic mode: a message costs only the gateways that hold a
 * recipient. Two changes: messages are validated first, and local delivery goes through `FanOut`.
 */
export function createAdapter(options: AdapterOptions): (namespace: Namespace) => Adapter {
  const createSharded = createShardedAdapter(options.publisher, options.subscriber, {
    subscriptionMode: "dynamic",
  });
  return (namespace) => {
    const adapter = createSharded(namespace) as unknown as OpenAdapter;
    guardMessages(adapter, options.onMalformed);
    deliverThroughFanOut(adapter, namespace, options);
    return adapter;
  };
}

function guardMessages(adapter: OpenAdapter, onMalformed: AdapterOptions["onMalformed"]): void {
  const original = adapter.onRawMessage.bind(adapter);
  adapter.onRawMessage = (raw, channel) => {
    try {
      // Other than JSON: the adapter's msgpack format, for binary content and for responses.
      if (raw[0] !== 0x7b || channel.toString() === adapter.responseChannel)
        return original(raw, channel);
      const message = readMessage(raw);
      if (message === undefined)
        return onMalformed("not a message of the sharded adapter", channel.toString());
      return adapter.onMessage(message);
    } catch (error) {
      return onMalformed(
        error instanceof Error ? error.message : String(error),
        channel.toString(),
      );
    }
  };
}

function deliverThroughFanOut(
  adapter: OpenAdapter,
  namespace: Namespace,
  { fanOut, onDelivered, onPublishError }: AdapterOptions,
): void {
  const local = new LocalRecipients(
    adapter,
    namespace.sockets as unknown as ReadonlyMap<string, LocalSocket>,
  );
  const { encoder } = namespace.server as unknown as { readonly encoder: Encoder };
  const deliver = (packet: Packet, options: BroadcastOptions): void => {
    packet.nsp = namespace.name;
    const startedAt = performance.now();
    const connections = local.of(options);
    fanOut.deliver(encoder.encode(packet), connections, options.flags);
    if (connections.length > 0)
      onDelivered(
        { namespace: namespace.name, rooms: options.rooms, data: packet.data, startedAt },
        connections.length,
      );
  };

  const receive = adapter.onMessage.bind(adapter);
  adapter.onMessage = (message) => {
    if (!isBroadcastWithoutAck(message)) return receive(message);
    if (message.uid === adapter.uid || message.nsp !== namespace.name) return undefined;
    const { rooms, except, flags } = message.data.opts;
    return deliver(message.data.packet, { rooms: new Set(rooms), except: new Set(except), flags });
  };

  adapter.broadcast = (packet, options) => {
    if (options.flags?.local !== true) {
      const opts = {
        rooms: [...options.rooms],
        except: [...(options.except ?? [])],
        flags: options.flags,
      };
      adapter
        .publishAndReturnOffset({ type: MessageType.BROADCAST, data: { packet, opts } })
        .catch(onPublishError);
    }
    deliver(packet, options);
  };
}

const isBroadcastWithoutAck = (message: unknown): message is BroadcastMessage =>
  (message as BroadcastMessage).type === MessageType.BROADCAST &&
  (message as BroadcastMessage).data.requestId === undefined;
