import { connectionOf, type EngineConnection } from "../engine/ws-internals.ts";
import type { AnySocket } from "../handshake/session.ts";

/** Why we ended a connection, for the metric: engine.io only knows that it was closed. */
export class EndReasons {
  readonly #reasons = new WeakMap<EngineConnection, string>();

  note(connection: EngineConnection, reason: string): void {
    this.#reasons.set(connection, reason);
  }

  /** Ours, else Socket.IO's in the form of a label. */
  of(socket: AnySocket, reason: string): string {
    return this.#reasons.get(connectionOf(socket)) ?? reason.replaceAll(" ", "_");
  }
}
