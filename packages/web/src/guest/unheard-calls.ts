import type { GuestCall, GuestClient } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";

/**
 * Requests whose message or way to pay was not taken: another guest of the table had made the same
 * one at that moment, and the api answers with that one. It listens from the client's start.
 */
export class UnheardCalls {
  #calls: readonly GuestCall[] = [];

  constructor(client: GuestClient) {
    client.on("sent", ({ call }, request) => {
      if (!isHeard(call, request)) this.#calls = [...this.#calls, call];
    });
  }

  /** Those since the last time this was asked. */
  take(): readonly GuestCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}

/** A guest reads only their own messages, and everybody's way to pay. */
const isHeard = ({ note, payment }: GuestCall, request: GuestRequest): boolean =>
  (note === undefined || request.note !== undefined) &&
  (payment === undefined || request.payment === payment);
