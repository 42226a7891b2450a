import type { Head } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { sql } from "kysely";
import { readableJson } from "../readable-json.ts";

/** Events that are looked through for one tenant; beyond them every table counts as changed. */
const eventsAtMost = 1_000;

export interface ChangedTable {
  readonly table: string;
  /** The number of its last change. */
  readonly seq: number;
}

/**
 * The tables that the events after a position concern, each with its last one; undefined where
 * that cannot be said, because the position is of another epoch, or its events are too many or
 * deleted. The number of a table is the same for `head` and any later head.
 */
export const readChangedTables = (
  database: Pick<Database, "inTenant">,
  tenantId: string,
  since: Head,
  head: Head,
): Promise<readonly ChangedTable[] | undefined> => {
  if (since.epoch !== head.epoch || since.seq > head.seq || head.seq - since.seq > eventsAtMost)
    return Promise.resolve(undefined);
  if (since.seq === head.seq) return Promise.resolve([]);
  return database.inTenant(
    tenantId,
    async (tx) => {
      const { rows } = await sql<{ table: string | null; seq: number; events: number }>`
        with recent as (
          select seq, ${readableJson("envelope")} -> 'data' as data from event
          where tenant_id = ${tenantId} and epoch = ${since.epoch}
            and seq > ${since.seq} and seq <= ${head.seq}
        )
        select coalesce(data #>> '{request,table,id}', data #>> '{table,id}') as "table",
          max(seq) as seq, count(*)::int as events
        from recent group by 1`.execute(tx);
      // Numbers have no gaps: fewer rows than numbers means that old events were deleted.
      const events = rows.reduce((sum, row) => sum + row.events, 0);
      if (events !== head.seq - since.seq) return undefined;
      return rows.flatMap(({ table, seq }) => (table === null ? [] : [{ table, seq }]));
    },
    { readOnly: true },
  );
};
