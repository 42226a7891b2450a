import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { keys } from "@waiter/contracts";
import { withTimeout } from "@waiter/lifecycle";
import type { RedisClient } from "@waiter/redis";
import { LRUCache } from "lru-cache";

/** The encodings of one asset that its build has made; `identity` is always there. */
export type AssetEncodings = Readonly<Record<string, Buffer>>;

export interface AssetStoreOptions {
  readonly client: RedisClient;
  readonly available: () => boolean;
  /** s that Redis keeps an asset after the last api that has it stopped; 7 days. */
  readonly keepS?: number;
  /** Longest content of one encoding, bytes; a larger file is not stored. */
  readonly maxBytes?: number;
  /** ms that a request waits for Redis. */
  readonly timeoutMs?: number;
}

/** Hashed names: a store of files that others name must take no other. */
const hashedName = /^[\w-]{1,60}-[\w-]{8,24}\.(?:js|css|svg|woff2|png|webp)$/;
const suffixes = { identity: "", br: ".br", gzip: ".gz" } as const;

/**
 * The hashed assets of all builds that run at the moment, in Redis. While a roll-out has two builds
 * answer in turn, a page of one build asks an api of the other for its chunks. A hint: without
 * Redis, and of a release without a store, a page asks again until it meets an api of its own
 * build.
 */
export class AssetStore {
  readonly #options: Required<AssetStoreOptions>;
  readonly #found: LRUCache<string, AssetEncodings>;
  readonly #missing = new LRUCache<string, true>({ max: 10_000, ttl: 5_000, ttlResolution: 0 });

  constructor(options: AssetStoreOptions) {
    this.#options = { keepS: 604_800, maxBytes: 2_000_000, timeoutMs: 500, ...options };
    this.#found = new LRUCache({
      maxSize: 16 * this.#options.maxBytes,
      sizeCalculation: (encodings) =>
        1 + Object.values(encodings).reduce((sum, { length }) => sum + length, 0),
    });
  }

  /** Stores a build's assets, or keeps them for as long again. Call it again and again. */
  async put(folder: string): Promise<void> {
    for (const name of await readdir(folder))
      if (hashedName.test(name)) await this.#put(folder, name);
  }

  /** An asset of another build; undefined where no running build has it. */
  async get(name: string): Promise<AssetEncodings | undefined> {
    const { client, available, timeoutMs } = this.#options;
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    if (!hashedName.test(name) || !available() || this.#missing.has(name)) return undefined;
    try {
      const stored = await withTimeout(client.hgetallBuffer(keys.asset(name)), timeoutMs);
      if (stored["identity"] === undefined) this.#missing.set(name, true);
      else this.#found.set(name, stored);
      return stored["identity"] === undefined ? undefined : stored;
    } catch {
      return undefined;
    }
  }

  async #put(folder: string, name: string): Promise<void> {
    const { client, keepS, maxBytes } = this.#options;
    const key = keys.asset(name);
    if ((await client.expire(key, keepS)) === 1) return;
    const encodings: Record<string, Buffer> = {};
    for (const [encoding, suffix] of Object.entries(suffixes)) {
      const content = await readFile(join(folder, `${name}${suffix}`)).catch(() => undefined);
      if (content !== undefined && content.length <= maxBytes) encodings[encoding] = content;
    }
    if (encodings["identity"] === undefined) return;
    await client.multi().hset(key, encodings).expire(key, keepS).exec();
  }
}
