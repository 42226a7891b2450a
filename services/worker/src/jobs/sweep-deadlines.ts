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
    const inMs = await readNextDue(db, lookBackMs);
    if (inMs === undefined || inMs > 0) {
      lookBack.complete(startedAt, lookBackMs);
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
    const fireNext = async (): Promise<void> => {
      for (const deadline of waiting) {
        if (signal.aborted) return;
        if (await fire(context, deadline, liveOf)) fired += 1;
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

/** A failing deadline must not stop the others; without a database all fail. */
async function fire(context: Deps, deadline: Deadline, liveOf: LiveOf): Promise<boolean> {
  try {
    const { status } = await withRemoteParent(deadline.traceparent ?? undefined, () =>
      withSpan(`deadline ${deadline.kind}`, { kind: "consumer" }, () =>
        fireDeadline(context, deadline, liveOf),
      ),
    );
    return status === "done";
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    context.logger.error("worker could not fire a deadline", {
      tenant: deadline.tenantId,
      request: deadline.requestId,
      kind: deadline.kind,
      err: error,
    });
    return false;
  }
}
