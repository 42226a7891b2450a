import type { Head } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { readBoard } from "@waiter/requests";
import { readConfiguration } from "@waiter/restaurant";
import { LRUCache } from "lru-cache";
import { entityTag } from "../entity-tag.ts";

/** A board's JSON without `now`, which is set when it is sent. */
interface Stored extends Head {
  readonly rest: string;
  /** Of all but `now`: that a request was seen changes the board and moves no position. */
  readonly etag: string;
}

/** A board as it is sent. */
export interface SentBoard {
  readonly json: string;
  readonly etag: string;
}

interface Reading {
  readonly tenantId: string;
  readonly board: Promise<Stored>;
}

/**
 * Caches boards as bytes. A board is served only while its position is the tenant's true one, which
 * Postgres answers for each call; clients that were reset at once share one snapshot. Being seen
 * moves no position, so a board is cached only once each of its requests was seen.
 */
export class Boards {
  readonly #database: Database;
  readonly #cache: LRUCache<string, Stored>;
  readonly #reading = new Map<string, Reading>();

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
  async read(tenantId: string, { epoch, seq }: Head): Promise<SentBoard> {
    const stored = this.#cache.get(tenantId);
    const current =
      stored !== undefined && stored.epoch === epoch && stored.seq === seq
        ? stored
        : await this.#fresh(tenantId, `${tenantId} ${epoch} ${seq}`);
    return {
      etag: current.etag,
      json: `{"now":${JSON.stringify(new Date().toISOString())},${current.rest}`,
    };
  }

  /** A board that is being read goes to those who wait for it, and is not cached. */
  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
    for (const [asked, reading] of this.#reading)
      if (reading.tenantId === tenantId) this.#reading.delete(asked);
  }

  clear(): void {
    this.#cache.clear();
    this.#reading.clear();
  }

  /** Readers of the same position share one query, which began after their positions were read. */
  #fresh(tenantId: string, asked: string): Promise<Stored> {
    const running = this.#reading.get(asked);
    if (running !== undefined) return running.board;
    const reading: Reading = {
      tenantId,
      board: this.#load(tenantId, () => this.#reading.get(asked) === reading).finally(() => {
        if (this.#reading.get(asked) === reading) this.#reading.delete(asked);
      }),
    };
    this.#reading.set(asked, reading);
    return reading.board;
  }

  async #load(tenantId: string, isCurrent: () => boolean): Promise<Stored> {
    const { now: _, ...board } = await readBoard(this.#database, tenantId, readConfiguration);
    const rest = JSON.stringify(board).slice(1);
    const stored = { epoch: board.epoch, seq: board.seq, rest, etag: entityTag(rest) };
    const isSeen = board.requests.every(({ seenAt }) => seenAt !== undefined);
    if (isSeen && isCurrent()) this.#cache.set(tenantId, stored);
    return stored;
  }
}
