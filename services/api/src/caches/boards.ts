import { setTimeout as delay } from "node:timers/promises";
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

export interface BoardsOptions {
  readonly maxBytes?: number;
  readonly ttlMs?: number;
  /** Waits between a long load and the next one. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** One load of a tenant's board. */
interface Reading {
  /** Known before it began: who asks for this position, or an earlier one, shares it. */
  readonly head: Head;
  readonly board: Promise<Stored>;
  /** Settles after it and its rest. */
  readonly over: Promise<void>;
  /** It has ended, or something has changed since it began. */
  isOld: boolean;
  /** The load that follows, of all who cannot share this one, and the position of the last. */
  next: Promise<Stored> | undefined;
  wanted: Head;
}

/** A shorter load has no rest, ms. */
const shortMs = 10;
const longestRestMs = 1_000;

/**
 * Caches boards as bytes. A board is served only while its position is the tenant's true one, which
 * Postgres answers for each call; clients that were reset at once share one snapshot. Being seen
 * moves no position, so a board is cached only once each of its requests was seen.
 *
 * A tenant has one load at a time, and after a long one it rests as long: however often its board
 * changes and is read, it takes half of the process' time at most.
 */
export class Boards {
  readonly #database: Database;
  readonly #cache: LRUCache<string, Stored>;
  readonly #readings = new Map<string, Reading>();
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(
    database: Database,
    { maxBytes = 64_000_000, ttlMs = 60_000, sleep = delay }: BoardsOptions = {},
  ) {
    this.#database = database;
    this.#sleep = sleep;
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
        : await this.#fresh(tenantId, { epoch, seq });
    return {
      etag: current.etag,
      json: `{"now":${JSON.stringify(new Date().toISOString())},${current.rest}`,
    };
  }

  /** A board that is being read goes to those who wait for it, and is not cached. */
  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
    const reading = this.#readings.get(tenantId);
    if (reading !== undefined) reading.isOld = true;
  }

  clear(): void {
    this.#cache.clear();
    for (const reading of this.#readings.values()) reading.isOld = true;
  }

  #fresh(tenantId: string, head: Head): Promise<Stored> {
    const running = this.#readings.get(tenantId);
    if (running === undefined) return this.#begin(tenantId, head);
    const isShared = running.head.epoch === head.epoch && running.head.seq >= head.seq;
    if (isShared && !running.isOld) return running.board;
    running.wanted = head;
    return (running.next ??= running.over.then(() => this.#begin(tenantId, running.wanted)));
  }

  #begin(tenantId: string, head: Head): Promise<Stored> {
    const board = this.#load(tenantId, () => !reading.isOld);
    const end = (): void => {
      if (reading.next === undefined) this.#readings.delete(tenantId);
    };
    const over = this.#rest(board).then(end);
    const reading: Reading = { head, board, over, isOld: false, next: undefined, wanted: head };
    this.#readings.set(tenantId, reading);
    // Who asks after its end has heard of more: what staff have seen moves no position.
    const age = (): void => void (reading.isOld = true);
    void board.then(age, age);
    return board;
  }

  async #load(tenantId: string, isCurrent: () => boolean): Promise<Stored> {
    const { now: _, ...board } = await readBoard(this.#database, tenantId, readConfiguration);
    const rest = JSON.stringify(board).slice(1);
    const stored = { epoch: board.epoch, seq: board.seq, rest, etag: entityTag(rest) };
    const isSeen = board.requests.every(({ seenAt }) => seenAt !== undefined);
    if (isSeen && isCurrent()) this.#cache.set(tenantId, stored);
    return stored;
  }

  /** Resolves when the load is over and, if it was long, as much time again has passed. */
  async #rest(load: Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    await load.catch(() => undefined);
    const tookMs = performance.now() - startedAt;
    if (tookMs > shortMs) await this.#sleep(Math.min(tookMs, longestRestMs));
  }
}
