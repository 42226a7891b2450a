import type { Socket } from "socket.io-client";
import { isRecord } from "../shared/guards.ts";

/**
 * What the api or a gateway handed out for the present token: presented at the next handshake, it
 * spares the gateway the check of the token's signature. It is of no use with another token.
 */
export class ResumptionTicket {
  #token: string | undefined;
  #ticket: string | undefined;

  /**
   * The next handshake uses this token. `ticket` came with it from the api; it does not replace
   * what a gateway sent for the same token since.
   */
  use(token: string, ticket: string | undefined): void {
    if (token === this.#token) return;
    this.#token = token;
    this.#ticket = ticket;
  }

  /** Keeps the ticket of a `ticket` message or of the answer to `auth:refresh`. */
  keep(token: string, message: unknown): void {
    if (!isRecord(message) || typeof message.ticket !== "string") return;
    this.#token = token;
    this.#ticket = message.ticket;
  }

  listen(socket: Socket): void {
    const token = this.#token;
    if (token !== undefined) socket.on("ticket", (message: unknown) => this.keep(token, message));
  }

  /** Field of the handshake's `auth`. */
  get auth(): object {
    return this.#ticket === undefined ? {} : { ticket: this.#ticket };
  }
}
