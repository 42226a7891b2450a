export { createBridgedEmitter, type BridgeOptions } from "./create-bridged-emitter.ts";
export type { BridgedBroadcast, EventNames, EventParams, EventsMap } from "./bridged-broadcast.ts";
export type { BridgedEmitter } from "./bridged-emitter.ts";
export type { ShardedPublisher } from "./sharded-wire.ts";
export { roomMessage, type RoomBroadcast, type ShardedMessage } from "./room-message.ts";
