import type { CommittedEvent } from "@waiter/contracts";
import { deletePublished, type Database, type PublishedRow } from "@waiter/database";

export interface OutboxCleanerOptions {
  readonly database: Pick<Database, "db">;
  /** Time for which rows are collected, ms. Well below the age at which the relay takes them. */
  readonly intervalMs?: number;
  /** Most rows collected; the relay republishes and deletes those beyond it. */
  readonly maxPending?: number;
}

/**
 * Deletes published outbox rows in batches, one statement for all tenants, one batch at a time. If
 * Postgres is slower than the publishing, batches grow up to `maxPending` rows. The relay
 * republishes rows that could not be deleted.
 */
export class OutboxCleaner {
  readonly #database: Pick<Database, "db">;
  readonly #intervalMs: number;
  readonly #maxPending: number;
  #pending: PublishedRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor({ database, intervalMs = 250, maxPending = 10_000 }: OutboxCleanerOptions) {
    this.#database = database;
    this.#intervalMs = intervalMs;
    this.#maxPending = maxPending;
  }

  add({
    tenantId,
    epoch,
    seq,
    id,
  }: Pick<CommittedEvent, "tenantId" | "epoch" | "seq" | "id">): void {
    if (this.#pending.length >= this.#maxPending) return;
    this.#pending.push({ tenantId, epoch, seq, eventId: id });
    if (this.#flushing === undefined)
      this.#timer ??= setTimeout(() => void this.drain(), this.#intervalMs);
  }

  /** Deletes the rows added so far. Never rejects. */
  drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // An empty flush would end before it is noted as running, and stay noted.
    if (this.#pending.length > 0) this.#flushing ??= this.#flush();
    return this.#flushing ?? Promise.resolve();
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      // After a failure the rows stay; the relay republishes and deletes them.
      await deletePublished(this.#database.db, batch).catch(() => undefined);
    }
    this.#flushing = undefined;
  }
}
