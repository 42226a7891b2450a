import { UnavailableError } from "@waiter/database";
import { withRemoteParent, withSpan } from "@waiter/telemetry";
import type { Context } from "../context.ts";
import { claimDueDeadlines } from "./claim-due-deadlines.ts";
import { fireDeadline, rememberLive, type Deadline, type LiveOf } from "./fire-deadline.ts";
import { readNextDue } from "./measure-deadlines.ts";

const due = { claimMs: 15_000, page: 250 };

type Deps = Pick<
  Context,
  | "relayDatabase"
  | "database"
  | "publisher"
  | "deliveries"
  | "presence"
  | "redis"
  | "logger"
  | "config"
  | "deadlines"
>;

/**
 * Fires every due deadline. Returns the ms until the next one, as far as one is known.
 *
 * The look for the next one is one statement; only when it finds a due one are deadlines claimed.
 */
export async function sweepDeadlines(
  context: Deps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { db } = context.relayDatabase;
  const { lookBack } = context.deadlines;
  for (;;) {
    const startedAt = lookBack.now();
    const lookBackMs = lookBack.next();
    const { inMs, overdueMs } = await readNextDue(db, lookBackMs);
    if (inMs === undefined || inMs > 0) {
      // What is overdue here is claimed: by a worker that may have died, or could not fire it.
      lookBack.complete(startedAt, lookBackMs, overdueMs);
      return inMs;
    }
    // Another worker has claimed what was due.
    if (signal.aborted || (await fireDue(context, lookBackMs, signal)) === 0) return undefined;
  }
}

/** Returns how many deadlines were claimed. */
async function fireDue(
  context: Deps,
  lookBackMs: number | undefined,
  signal: AbortSignal,
): Promise<number> {
  let [count, fired] = [0, 0];
  for await (const claimed of claimDueDeadlines(context.relayDatabase.db, { ...due, lookBackMs })) {
    count += claimed.length;
    const waiting = claimed.values();
    const liveOf = rememberLive(context);
    const locked = new Set<string>();
    const fireNext = async (): Promise<void> => {
      for (const deadline of waiting) {
        if (signal.aborted) return;
        if (locked.has(deadline.tenantId)) continue;
        const outcome = await fire(context, deadline, liveOf);
        if (outcome === "done") fired += 1;
        if (outcome === "locked") locked.add(deadline.tenantId);
      }
    };
    // Each takes the next one from the same iterator. Half the pool: jobs need connections too.
    await Promise.all(
      Array.from({ length: Math.max(1, Math.floor(context.config.DB_POOL_MAX / 2)) }, fireNext),
    );
  }
  if (fired > 0) context.logger.debug("worker fired due deadlines", { fired });
  return count;
}

/**
 * A failing deadline must not stop the others; without a database all fail. `locked`: another
 * transaction holds what it needs; its tenant's others of the page would wait as long each.
 */
async function fire(
  context: Deps,
  deadline: Deadline,
  liveOf: LiveOf,
): Promise<"done" | "locked" | undefined> {
  const { tenantId: tenant, requestId: request, kind } = deadline;
  try {
    const { status } = await withRemoteParent(deadline.traceparent ?? undefined, () =>
      withSpan(`deadline ${kind}`, { kind: "consumer" }, () =>
        fireDeadline(context, deadline, liveOf),
      ),
    );
    return status === "done" ? status : undefined;
  } catch (err) {
    const isUnavailable = err instanceof UnavailableError;
    if (isUnavailable && !err.isLimit) throw err;
    context.logger.error("worker could not fire a deadline", { tenant, request, kind, err });
    return isUnavailable ? "locked" : undefined;
  }
}
