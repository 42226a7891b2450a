import type { Head } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { readBoard } from "@waiter/requests";
import { readConfiguration } from "@waiter/restaurant";
import { LRUCache } from "lru-cache";

/** A board's JSON without `now`, which is set when it is sent. */
interface Stored extends Head {
  readonly rest: string;
}

/**
 * Caches boards as bytes. A board is served only while its position is the tenant's true one, which
 * Postgres answers for each call; clients that were reset at once share one snapshot.
 */
export class Boards {
  readonly #database: Database;
  readonly #cache: LRUCache<string, Stored>;
  readonly #reading = new Map<string, Promise<Stored>>();

  constructor(database: Database, { maxBytes = 64_000_000, ttlMs = 60_000 } = {}) {
    this.#database = database;
    this.#cache = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ rest }) => rest.length + 100,
      ttl: ttlMs,
      ttlResolution: 0,
    });
  }

  /** The board at this position, or a newer one. */
  async read(tenantId: string, { epoch, seq }: Head): Promise<Head & { readonly json: string }> {
    const stored = this.#cache.get(tenantId);
    const current =
      stored !== undefined && stored.epoch === epoch && stored.seq === seq
        ? stored
        : await this.#fresh(tenantId, `${tenantId} ${epoch} ${seq}`);
    return {
      epoch: current.epoch,
      seq: current.seq,
      json: `{"now":${JSON.stringify(new Date().toISOString())},${current.rest}`,
    };
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }

  clear(): void {
    this.#cache.clear();
  }

  /** Readers of the same position share one query, which began after their positions were read. */
  #fresh(tenantId: string, asked: string): Promise<Stored> {
    const running = this.#reading.get(asked);
    if (running !== undefined) return running;
    const reading = this.#load(tenantId).finally(() => this.#reading.delete(asked));
    this.#reading.set(asked, reading);
    return reading;
  }

  async #load(tenantId: string): Promise<Stored> {
    const { now: _, ...board } = await readBoard(this.#database, tenantId, readConfiguration);
    const stored = { epoch: board.epoch, seq: board.seq, rest: JSON.stringify(board).slice(1) };
    this.#cache.set(tenantId, stored);
    return stored;
  }
}
