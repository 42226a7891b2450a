import { prepareStatement, type Param, type RelayDatabase } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";
import type { Deadline } from "./fire-deadline.ts";

export const kinds = ["ring", "escalation", "not_done", "expiry"] as const;

interface DueOptions {
  /** How long other sweepers skip a claimed deadline, ms. */
  readonly claimMs: number;
  /** Deadlines of each kind claimed at once. */
  readonly page: number;
  /** Those due earlier than this before now are left out, ms; see `LookBack`. All when absent. */
  readonly lookBackMs?: number | undefined;
  /** How long a ring waits, ms; see {@link ringWaitMs}. */
  readonly waitMs?: number;
}

/** A ring waits: what a guest takes back at once costs no worker's turn and rings no phone, ms. */
export const ringWaitMs = 50;

export interface DueParams {
  /** Null for all. */
  readonly lookBackMs: number | null;
  readonly waitMs: number;
}

const seconds = (ms: RawBuilder<unknown>) => sql`make_interval(secs => ${ms}::float8 / 1000)`;

export const since = (p: Param<Pick<DueParams, "lookBackMs">>) =>
  sql`coalesce(now() - ${seconds(p("lookBackMs"))}, '-infinity'::timestamptz)`;

/** How long a deadline of this kind waits after it is due. */
export const waitOf = (p: Param<Pick<DueParams, "waitMs">>, kind: (typeof kinds)[number]) =>
  kind === "ring" ? seconds(p("waitMs")) : sql`interval '0'`;

/**
 * Claims the due deadlines of all tenants, of each kind the longest due first, page by page: one
 * statement claims a page, with its rings first. Sweepers that run at the same time claim different
 * ones. A deadline that cannot be fired is claimed again after `claimMs`.
 */
export async function* claimDueDeadlines(
  db: RelayDatabase["db"],
  { claimMs, page, lookBackMs, waitMs = ringWaitMs }: DueOptions,
): AsyncGenerator<Deadline[]> {
  for (let found = page; found >= page;) {
    const rows = await claimPage.run(db, {
      claimMs,
      page,
      lookBackMs: lookBackMs ?? null,
      waitMs,
    });
    found = rows.length;
    if (found > 0) yield rows.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  }
}

interface PageParams extends DueParams {
  readonly claimMs: number;
  readonly page: number;
}

/** Each kind is read by itself, in the order of the index of kinds and times. */
const dueOf = (p: Param<PageParams>, kind: (typeof kinds)[number]) => sql`array(
  select ctid from deadline
  where kind = ${sql.lit(kind)} and due_at <= statement_timestamp() - ${waitOf(p, kind)}
    and due_at >= ${since(p)} and (claimed_until is null or claimed_until < now())
  order by due_at limit ${p("page")}::integer for update skip locked)`;

const claimPage = prepareStatement<PageParams, Deadline>(
  (p) => sql<Deadline>`
    update deadline set claimed_until = now() + ${seconds(p("claimMs"))}
    where ctid = any (${sql.join(
      kinds.map((kind) => dueOf(p, kind)),
      sql` || `,
    )})
    returning tenant_id as "tenantId", request_id as "requestId", kind, level, traceparent`,
);
