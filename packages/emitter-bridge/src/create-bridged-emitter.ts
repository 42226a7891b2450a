import { Emitter } from "@socket.io/redis-emitter";
import { BridgedEmitter } from "./bridged-emitter.ts";
import type { EventsMap } from "./bridged-broadcast.ts";
import { ShardedWire, type ShardedPublisher } from "./sharded-wire.ts";

export interface BridgeOptions {
  /** The adapter's `channelPrefix`. Default `socket.io`. */
  readonly key?: string;
  /** Called for every rejected publish, awaited or not. */
  readonly onError?: (error: Error) => void;
}

/**
 * The official `@socket.io/redis-emitter` for servers that use `createShardedAdapter` in `dynamic`
 * mode.
 *
 * @param client an ioredis `Redis` or `Cluster` for ordinary commands, not in subscriber mode. Its
 *   `commandTimeout`, `maxRetriesPerRequest` and `enableOfflineQueue` bound how long a publish
 *   takes to fail.
 */
export function createBridgedEmitter<Events extends EventsMap = EventsMap>(
  client: ShardedPublisher,
  options: BridgeOptions = {},
): BridgedEmitter<Events> {
  const key = options.key ?? "socket.io";
  const wire = new ShardedWire(client, key, options.onError);
  return new BridgedEmitter<Events>(new Emitter(wire, { key, parser: wire.parser }), wire);
}
