import type { RelayDatabase } from "@waiter/database";
import { sql } from "kysely";
import type { Deadline } from "./fire-deadline.ts";

const kinds = ["ring", "escalation", "not_done", "expiry"] as const;

interface DueOptions {
  /** Age from which a due deadline is claimed, ms by Postgres' clock: its own job comes first. */
  readonly graceMs: number;
  /** How long other sweepers skip a claimed deadline, ms. */
  readonly claimMs: number;
  /** Deadlines claimed at once. */
  readonly page: number;
}

const seconds = (ms: number) => sql`make_interval(secs => ${ms / 1_000}::float8)`;

/**
 * Claims the due deadlines of all tenants, longest due first, page by page. Sweepers that run at
 * the same time claim different ones. A deadline that cannot be fired is claimed again after
 * `claimMs`.
 */
export async function* claimDueDeadlines(
  db: RelayDatabase["db"],
  { graceMs, claimMs, page }: DueOptions,
): AsyncGenerator<Deadline[]> {
  for (const kind of kinds) {
    for (let found = page; found === page;) {
      const { rows } = await sql<Deadline>`
        update deadline set claimed_until = now() + ${seconds(claimMs)}
        where ctid = any (array(
          select ctid from deadline
          where kind = ${sql.lit(kind)} and due_at <= now() - ${seconds(graceMs)}
            and (claimed_until is null or claimed_until < now())
          order by due_at limit ${page}::integer for update skip locked))
        returning tenant_id as "tenantId", request_id as "requestId", kind, level`.execute(db);
      found = rows.length;
      if (found > 0) yield rows;
    }
  }
}
