import type { RelayDatabase } from "@waiter/database";
import { sql } from "kysely";
import type { Deadline } from "./fire-deadline.ts";

const kinds = ["escalation", "expiry"] as const;

interface DueOptions {
  /**
   * How long a deadline has been due at least, ms by Postgres' clock: time for its own job to fire
   * it.
   */
  readonly graceMs: number;
  /** Rows read at once. */
  readonly page: number;
}

/** Where a page ends: its last row. */
interface Place {
  readonly dueAt: string;
  readonly tenantId: string;
  readonly requestId: string;
}

/**
 * The due deadlines of all tenants, longest due first, page by page. A deadline that cannot be
 * fired stays due; the next page begins behind it.
 */
export async function* findDueDeadlines(
  db: RelayDatabase["db"],
  { graceMs, page }: DueOptions,
): AsyncGenerator<Deadline[]> {
  for (const kind of kinds) {
    let after: Place | undefined;
    do {
      const { rows } = await sql<Deadline & { readonly dueAt: string }>`
        select tenant_id as "tenantId", request_id as "requestId", kind, level,
          due_at::text as "dueAt"
        from deadline
        where kind = ${sql.lit(kind)}
          and due_at <= now() - make_interval(secs => ${graceMs / 1_000}::float8)
          ${after === undefined ? sql`` : isBeyond(after)}
        order by due_at, tenant_id, request_id limit ${page}`.execute(db);
      if (rows.length > 0) yield rows;
      after = rows.length === page ? rows.at(-1) : undefined;
    } while (after !== undefined);
  }
}

/** Rows behind `place` in the order of the pages. */
const isBeyond = ({ dueAt, tenantId, requestId }: Place) => sql`
  and (due_at, tenant_id, request_id)
    > (${dueAt}::timestamptz, ${tenantId}::uuid, ${requestId}::uuid)`;
