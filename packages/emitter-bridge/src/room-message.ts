import { broadcastChannel, messageTypes, uid } from "./sharded-wire.ts";

/** What SPUBLISH takes. */
export interface ShardedMessage {
  readonly channel: string;
  readonly message: string;
}

export interface RoomBroadcast {
  /** With its leading slash. */
  readonly nsp: string;
  readonly room: string;
  readonly event: string;
  /** The event's only argument as JSON. Not checked: a gateway drops a message of other text. */
  readonly json: string;
  /** The adapter's `channelPrefix`. Default `socket.io`. */
  readonly key?: string;
}

/**
 * The message of `emitter.of(nsp).to(room).emit(event, JSON.parse(json))`, for a caller that has
 * the JSON already and publishes by itself: nothing is parsed, walked or encoded again.
 */
export function roomMessage({
  nsp,
  room,
  event,
  json,
  key = "socket.io",
}: RoomBroadcast): ShardedMessage {
  const [name, space, target] = [event, nsp, room].map((text) => JSON.stringify(text));
  return {
    channel: broadcastChannel(key, nsp, [room]),
    message: `{"uid":"${uid}","nsp":${space},"type":${messageTypes.broadcast},"data":{"packet":{"type":2,"data":[${name},${json}],"nsp":${space}},"opts":{"rooms":[${target}],"except":[],"flags":{}}}}`,
  };
}
