import type { CommittedEvent } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { sql } from "kysely";

export interface OutboxCleanerOptions {
  readonly database: Pick<Database, "inTenant">;
  /** How long rows are collected, ms. Well below the age at which the relay takes them. */
  readonly intervalMs?: number;
  /**
   * Rows collected at most; what comes on top is left for the relay, which publishes it once more.
   */
  readonly maxPending?: number;
}

type OutboxRow = Pick<CommittedEvent, "tenantId" | "epoch" | "seq">;

/**
 * Deletes published outbox rows in batches, one transaction per tenant, one at a time. Where
 * Postgres is slower than the publishing, batches grow up to `maxPending` rows, and no further. A
 * failure costs a republish by the relay.
 */
export class OutboxCleaner {
  readonly #database: Pick<Database, "inTenant">;
  readonly #intervalMs: number;
  readonly #maxPending: number;
  #pending: OutboxRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor({ database, intervalMs = 100, maxPending = 10_000 }: OutboxCleanerOptions) {
    this.#database = database;
    this.#intervalMs = intervalMs;
    this.#maxPending = maxPending;
  }

  add({ tenantId, epoch, seq }: OutboxRow): void {
    if (this.#pending.length >= this.#maxPending) return;
    this.#pending.push({ tenantId, epoch, seq });
    if (this.#flushing === undefined)
      this.#timer ??= setTimeout(() => void this.drain(), this.#intervalMs);
  }

  /** Deletes what was added so far. Never rejects. */
  drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // With nothing to delete it would be over before it could be noted as running, and be noted as
    // running for ever.
    if (this.#pending.length > 0) this.#flushing ??= this.#flush();
    return this.#flushing ?? Promise.resolve();
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      await this.#delete(batch);
    }
    this.#flushing = undefined;
  }

  async #delete(batch: readonly OutboxRow[]): Promise<void> {
    for (const [tenantId, rows] of Map.groupBy(batch, (row) => row.tenantId)) {
      for (const [epoch, same] of Map.groupBy(rows, (row) => row.epoch)) {
        try {
          await this.#database.inTenant(tenantId, async (tx) => {
            const seqs = same.map((row) => row.seq);
            await sql`delete from outbox where tenant_id = ${tenantId} and epoch = ${epoch} and seq = any(${seqs}::bigint[])`.execute(
              tx,
            );
          });
        } catch {
          // The rows stay; the relay republishes and deletes them.
        }
      }
    }
  }
}
