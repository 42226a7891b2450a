import type { GuestCall, GuestClient } from "@waiter/client";
import { askAfterMs, keepStaleCall, readStaleCalls, type StaleCall } from "./asked-again.ts";
import { isShut } from "./known-table.ts";

/**
 * Requests that were not sent for five minutes, until the guest has answered whether they are still
 * wanted. It listens from the client's start: the client drops what an earlier page left as soon as
 * it starts.
 */
export class StaleCalls {
  readonly #tableToken: string;
  #calls: readonly StaleCall[];
  #refused: readonly string[] = [];

  constructor(client: GuestClient, tableToken: string) {
    this.#tableToken = tableToken;
    this.#calls = readStaleCalls(tableToken, Date.now());
    client.on("callDropped", ({ key, call, at }, error) => {
      const isOld = error.code === "expired" || Date.now() - at >= askAfterMs;
      if (isOld) this.#keep(key, { key, call, at });
      else if (client.session === undefined || !isShut(client.session, client.serverNow()))
        this.#refused = [...this.#refused, call.type];
    });
  }

  /** The oldest first. */
  get all(): readonly StaleCall[] {
    return this.#calls;
  }

  /** Forgets a question. @returns the request that it was about. */
  take(key: string): GuestCall | undefined {
    const taken = this.#calls.find((each) => each.key === key);
    this.#keep(key, undefined);
    return taken?.call;
  }

  /**
   * The types of requests that the server refused since the last time this was asked, without those
   * of a closed restaurant or a muted table: the page says that already, and a tap changes nothing.
   */
  takeRefused(): readonly string[] {
    const refused = this.#refused;
    this.#refused = [];
    return refused;
  }

  #keep(key: string, call: StaleCall | undefined): void {
    const others = this.#calls.filter((each) => each.key !== key);
    this.#calls = call === undefined ? others : [...others, call];
    keepStaleCall(this.#tableToken, key, call);
  }
}
