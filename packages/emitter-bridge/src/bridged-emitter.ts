import type { Emitter } from "@socket.io/redis-emitter";
import { BridgedBroadcast, type EventsMap } from "./bridged-broadcast.ts";
import type { ShardedWire } from "./sharded-wire.ts";

/** The emitter of one namespace; its calls return promises. */
export class BridgedEmitter<Events extends EventsMap = EventsMap> extends BridgedBroadcast<Events> {
  readonly #official: Emitter;

  constructor(official: Emitter, wire: ShardedWire) {
    super(official, wire);
    this.#official = official;
  }

  /** The emitter of another namespace. */
  of<Other extends EventsMap = Events>(nsp: string): BridgedEmitter<Other> {
    return new BridgedEmitter<Other>(this.#official.of(nsp), this.wire);
  }

  /** Emits to the gateways (`io.of(nsp).on(event)`). Rejects when the last argument is an acknowledgement. */
  serverSideEmit(event: string, ...args: readonly unknown[]): Promise<number> {
    return this.wire.send(() => this.#official.serverSideEmit(event, ...args));
  }
}
