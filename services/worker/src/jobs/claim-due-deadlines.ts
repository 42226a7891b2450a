import type { RelayDatabase } from "@waiter/database";
import { sql } from "kysely";
import type { Deadline } from "./fire-deadline.ts";

export const kinds = ["ring", "escalation", "not_done", "expiry"] as const;

interface DueOptions {
  /** How long other sweepers skip a claimed deadline, ms. */
  readonly claimMs: number;
  /** Deadlines claimed at once. */
  readonly page: number;
  /** Those due earlier than this before now are left out, ms; see `LookBack`. All when absent. */
  readonly lookBackMs?: number | undefined;
}

export const since = (lookBackMs: number | undefined) =>
  lookBackMs === undefined ? sql`'-infinity'::timestamptz` : sql`now() - ${seconds(lookBackMs)}`;

const seconds = (ms: number) => sql`make_interval(secs => ${ms / 1_000}::float8)`;

/**
 * Claims the due deadlines of all tenants, longest due first, page by page. Sweepers that run at
 * the same time claim different ones. A deadline that cannot be fired is claimed again after
 * `claimMs`.
 */
export async function* claimDueDeadlines(
  db: RelayDatabase["db"],
  { claimMs, page, lookBackMs }: DueOptions,
): AsyncGenerator<Deadline[]> {
  for (const kind of kinds) {
    for (let found = page; found === page;) {
      const { rows } = await sql<Deadline>`
        update deadline set claimed_until = now() + ${seconds(claimMs)}
        where ctid = any (array(
          select ctid from deadline
          where kind = ${sql.lit(kind)} and due_at <= clock_timestamp()
            and due_at >= ${since(lookBackMs)} and (claimed_until is null or claimed_until < now())
          order by due_at limit ${page}::integer for update skip locked))
        returning tenant_id as "tenantId", request_id as "requestId", kind, level, traceparent`.execute(
        db,
      );
      found = rows.length;
      if (found > 0) yield rows;
    }
  }
}
