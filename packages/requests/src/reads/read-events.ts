import { limits, type Head } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { sql } from "kysely";

export interface EventsQuery {
  /** The current one when absent. */
  readonly epoch?: string | undefined;
  readonly since: number;
  /** At most `limits.eventsPage`, which is the default. A page of long events has fewer. */
  readonly limit?: number;
  /** Bytes of envelopes after which a page ends, 1 MB by default; it has one event at least. */
  readonly maxBytes?: number;
}

/**
 * - `ok`: envelopes (their very bytes) of exactly since+1, since+2, ..., oldest first; complete
 *   when the last is `head`.
 * - `reset`: these events cannot be given without a gap, or belong to another epoch: take a
 *   snapshot.
 */
export type EventsResult =
  | {
      readonly status: "ok";
      readonly epoch: string;
      readonly head: number;
      readonly events: string[];
    }
  | { readonly status: "reset"; readonly epoch: string; readonly head: number };

/**
 * The events between a client's position and `head`, which Postgres answered a moment ago: events
 * up to it are committed, and none of them changes.
 */
export async function readEvents(
  database: Database,
  tenantId: string,
  { epoch, seq: head }: Head,
  { epoch: claimed, since, limit = limits.eventsPage, maxBytes = 1_000_000 }: EventsQuery,
): Promise<EventsResult> {
  const reset: EventsResult = { status: "reset", epoch, head };
  if ((claimed !== undefined && claimed !== epoch) || since > head) return reset;
  const found = (events: string[]): EventsResult => ({ status: "ok", epoch, head, events });
  if (since === head) return found([]);
  const rows = await database.inTenant(
    tenantId,
    async (tx) => {
      const read = await sql<{ seq: number; epoch: string; envelope: string }>`
        select seq, epoch, envelope from (
          select seq, epoch, envelope,
            sum(octet_length(envelope)) over (order by seq) - octet_length(envelope) as before
          from event where tenant_id = ${tenantId} and seq > ${since} and seq <= ${head}
          order by seq limit ${Math.min(limit, limits.eventsPage)}
        ) as page where before < ${maxBytes} order by seq`.execute(tx);
      return read.rows;
    },
    { readOnly: true },
  );
  const isWhole = rows.every((row, index) => row.seq === since + 1 + index && row.epoch === epoch);
  return isWhole && rows.length > 0 ? found(rows.map((row) => row.envelope)) : reset;
}
