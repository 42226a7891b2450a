import type { CallStorage } from "./guest-outbox.ts";

/**
 * A guest's last access token, kept over a reload. The SDK sends it when it opens the next session,
 * so the api continues the same guest: idempotency keys, own notes and closed requests stay valid,
 * and `auth:refresh` extends the live socket. The api ignores an expired token.
 */
export class StoredToken {
  readonly #name: string;
  readonly #storage: CallStorage | undefined;
  #token: string | undefined;

  constructor(name: string, storage: CallStorage | undefined) {
    this.#name = name;
    this.#storage = storage;
    try {
      this.#token = storage?.getItem(name) ?? undefined;
    } catch {
      // Forbidden storage: the token does not survive a reload.
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

  /** Forgets the token of a table code that no longer exists. */
  forget(): void {
    this.#token = undefined;
    try {
      this.#storage?.removeItem(this.#name);
    } catch {
      // As above.
    }
  }
}
