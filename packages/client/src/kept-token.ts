import type { CallStorage } from "./guest-outbox.ts";

/**
 * A guest's last access token. Sent along when the next session is asked for, it makes that one the same guest's: the
 * same Idempotency-Keys, the own notes and closed calls, and a live socket that `auth:refresh` may prolong. Kept in the
 * storage, it does so over a reload too; the server ignores one that is of no use any more.
 */
export class KeptToken {
  readonly #name: string;
  readonly #storage: CallStorage | undefined;
  #token: string | undefined;

  constructor(name: string, storage: CallStorage | undefined) {
    this.#name = name;
    this.#storage = storage;
    try {
      this.#token = storage?.getItem(name) ?? undefined;
    } catch {
      // A forbidden storage costs only what a reload would have kept.
    }
  }

  get token(): string | undefined {
    return this.#token;
  }

  keep(token: string): void {
    this.#token = token;
    try {
      this.#storage?.setItem(this.#name, token);
    } catch {
      // As above.
    }
  }
}
