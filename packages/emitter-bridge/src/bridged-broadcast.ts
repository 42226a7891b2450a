import type { BroadcastOperator, Emitter } from "@socket.io/redis-emitter";
import type { ShardedWire } from "./sharded-wire.ts";

/** Event name -> listener, as Socket.IO types its events. */
// oxlint-disable-next-line typescript/no-explicit-any -- Socket.IO's own declaration
export type EventsMap = { [event: string]: any };
export type EventNames<Events extends EventsMap> = keyof Events & string;
export type EventParams<Events extends EventsMap, Name extends EventNames<Events>> = Parameters<
  Events[Name]
>;

/**
 * A broadcast under construction: `to`, `in`, `except`, `volatile` and `compress` return a new one.
 *
 * The promises settle when Redis answers: fulfilled means published, with the number of subscribers
 * on the channel's node. It does not mean that a client received the message.
 */
export class BridgedBroadcast<Events extends EventsMap> {
  protected readonly wire: ShardedWire;
  readonly #official: Emitter | BroadcastOperator<EventsMap>;

  constructor(official: Emitter | BroadcastOperator<EventsMap>, wire: ShardedWire) {
    this.#official = official;
    this.wire = wire;
  }

  /** Adds a room, or several; a socket's id is a room too. */
  to(room: string | readonly string[]): BridgedBroadcast<Events> {
    return new BridgedBroadcast(this.#official.to(mutable(room)), this.wire);
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BridgedBroadcast<Events> {
    return this.to(room);
  }

  /** Excludes the sockets of a room, or one socket by id. */
  except(room: string | readonly string[]): BridgedBroadcast<Events> {
    return new BridgedBroadcast(this.#official.except(mutable(room)), this.wire);
  }

  /** Clients that are not ready to receive may miss the message. */
  get volatile(): BridgedBroadcast<Events> {
    return new BridgedBroadcast(this.#official.volatile, this.wire);
  }

  /** Whether gateways with compression enabled compress the message. */
  compress(compress: boolean): BridgedBroadcast<Events> {
    return new BridgedBroadcast(this.#official.compress(compress), this.wire);
  }

  /**
   * Emits to the rooms named, or to the whole namespace. Rejects when Redis does not take it.
   * @throws Error for a reserved event name, an acknowledgement or a payload that cannot be encoded
   */
  emit<Name extends EventNames<Events>>(
    event: Name,
    ...args: EventParams<Events, Name>
  ): Promise<number> {
    return this.wire.send(() => this.#official.emit(event, ...args));
  }

  /** Makes the sockets join rooms, on every gateway. */
  socketsJoin(rooms: string | readonly string[]): Promise<number> {
    return this.wire.send(() => this.#official.socketsJoin(mutable(rooms)));
  }

  /** Makes the sockets leave rooms, on every gateway. */
  socketsLeave(rooms: string | readonly string[]): Promise<number> {
    return this.wire.send(() => this.#official.socketsLeave(mutable(rooms)));
  }

  /** Disconnects the sockets, on every gateway; with `close`, their connections too. */
  disconnectSockets(close = false): Promise<number> {
    return this.wire.send(() => this.#official.disconnectSockets(close));
  }
}

const mutable = (rooms: string | readonly string[]): string | string[] =>
  typeof rooms === "string" ? rooms : [...rooms];
