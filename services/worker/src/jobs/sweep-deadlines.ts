import { UnavailableError } from "@waiter/database";
import { withSpan } from "@waiter/telemetry";
import type { Context } from "../context.ts";
import { claimDueDeadlines } from "./claim-due-deadlines.ts";
import { fireDeadline, type Deadline } from "./fire-deadline.ts";

const due = { graceMs: 1_000, claimMs: 15_000, page: 500 };

/**
 * Fires every due deadline whose job was lost, wherever Redis lost it, and those that never have
 * one: expiries. Returns how many fired.
 */
export async function sweepDeadlines(
  context: Pick<
    Context,
    | "relayDatabase"
    | "database"
    | "publisher"
    | "escalations"
    | "deliveries"
    | "presence"
    | "redis"
    | "logger"
    | "config"
  >,
  signal: AbortSignal,
): Promise<number> {
  let fired = 0;
  for await (const claimed of claimDueDeadlines(context.relayDatabase.db, due)) {
    const waiting = claimed.values();
    const fireNext = async (): Promise<void> => {
      for (const deadline of waiting) {
        if (signal.aborted) return;
        if (await fire(context, deadline)) fired += 1;
      }
    };
    // Each takes the next one from the same iterator. Half the pool: jobs need connections too.
    await Promise.all(
      Array.from({ length: Math.max(1, Math.floor(context.config.DB_POOL_MAX / 2)) }, fireNext),
    );
  }
  if (fired > 0) context.logger.info("sweeper fired due deadlines", { fired });
  return fired;
}

/** A failing deadline must not stop the others; without a database all fail. */
async function fire(
  context: Parameters<typeof sweepDeadlines>[0],
  deadline: Deadline,
): Promise<boolean> {
  try {
    const { status } = await withSpan(`deadline ${deadline.kind}`, {}, () =>
      fireDeadline(context, deadline),
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
