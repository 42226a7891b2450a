import { randomFillSync } from "node:crypto";

/** Bytes of an id: 120 random bits, 20 characters of base64url. */
const idBytes = 15;
const idsPerFill = 256;

/**
 * Unguessable ids of connections. One call for random bytes serves 256 ids; engine.io's own ids
 * cost several times as much, with calls on the thread pool.
 */
export class RandomIds {
  readonly #bytes = Buffer.alloc(idBytes * idsPerFill);
  #used = this.#bytes.length;

  next(): string {
    if (this.#used === this.#bytes.length) {
      randomFillSync(this.#bytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += idBytes;
    return this.#bytes.toString("base64url", start, this.#used);
  }
}
