import type { Emitter } from "@socket.io/redis-emitter";
import { BridgedBroadcast, type EventsMap } from "./bridged-broadcast.ts";
import type { ShardedWire } from "./sharded-wire.ts";

/** The emitter of one namespace; its calls return promises. */
export class BridgedEmitter<Events extends EventsMap = EventsMap> extends BridgedBroadcast<Events> {
  readonly #official: Emitter;
  readonly #nsp: string;

  constructor(official: Emitter, wire: ShardedWire, nsp = "/") {
    super(official, wire);
    this.#official = official;
    this.#nsp = nsp;
  }

  /** The emitter of another namespace; a missing leading slash is added. */
  of<Other extends EventsMap = Events>(nsp: string): BridgedEmitter<Other> {
    const name = nsp.startsWith("/") ? nsp : `/${nsp}`;
    return new BridgedEmitter<Other>(this.#official.of(name), this.wire, name);
  }

  /**
   * Emits to the gateways (`io.of(nsp).on(event)`); bytes arrive as bytes.
   * @throws Error for a reserved event name, an acknowledgement or a payload that cannot be encoded
   */
  serverSideEmit(event: string, ...args: readonly unknown[]): Promise<number> {
    return this.wire.send(() => this.wire.serverSideEmit(this.#nsp, event, args));
  }
}
