import { connectionOf, type EngineConnection } from "../engine/ws-internals.ts";
import type { AnySocket } from "../handshake/session.ts";

/** Why the gateway closed a connection, for the metric; engine.io only reports that it closed. */
export class EndReasons {
  readonly #reasons = new WeakMap<EngineConnection, string>();

  note(connection: EngineConnection, reason: string): void {
    this.#reasons.set(connection, reason);
  }

  /** The gateway's reason, else Socket.IO's with underscores. */
  of(socket: AnySocket, reason: string): string {
    return this.#reasons.get(connectionOf(socket)) ?? reason.replaceAll(" ", "_");
  }
}
