import { limits } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { fail } from "@waiter/errors";

export interface EventsQuery {
  /** The current one when absent. */
  readonly epoch?: string | undefined;
  readonly since: number;
  /** At most `limits.eventsPage`, which is the default. */
  readonly limit?: number;
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

export const readEvents = (
  database: Database,
  tenantId: string,
  { epoch: claimed, since, limit = limits.eventsPage }: EventsQuery,
): Promise<EventsResult> =>
  database.inTenant(
    tenantId,
    async (tx) => {
      const counter = await tx
        .selectFrom("tenant_counter")
        .select(["epoch", "seq"])
        .where("tenant_id", "=", tenantId)
        .executeTakeFirst();
      const { epoch, seq: head } = counter ?? fail("tenant_unknown");
      const reset: EventsResult = { status: "reset", epoch, head };
      if ((claimed !== undefined && claimed !== epoch) || since > head) return reset;
      const rows = await tx
        .selectFrom("event")
        .select(["seq", "epoch", "envelope"])
        .where("tenant_id", "=", tenantId)
        .where("seq", ">", since)
        .orderBy("seq")
        .limit(Math.min(limit, limits.eventsPage))
        .execute();
      const whole = rows.every(
        (row, index) => row.seq === since + 1 + index && row.epoch === epoch,
      );
      if (!whole || (rows.length === 0 && since < head)) return reset;
      return { status: "ok", epoch, head, events: rows.map((row) => row.envelope) };
    },
    { readOnly: true, isolation: "repeatable read" },
  );
