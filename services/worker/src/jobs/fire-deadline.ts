import type { DeadlineKind } from "@waiter/database";
import {
  escalateRequest,
  expireRequest,
  returnRequest,
  ringRequest,
  type DeadlineResult,
} from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../context.ts";
import { readLive } from "./read-live.ts";

/**
 * A deadline of a request, as a job or the sweeper names it. `level` counts for an escalation only.
 */
export interface Deadline {
  readonly tenantId: string;
  readonly requestId: string;
  readonly kind: DeadlineKind;
  readonly level: number;
  readonly traceparent?: string | null | undefined;
}
type Deps = Pick<
  Context,
  "database" | "publisher" | "deliveries" | "presence" | "redis" | "logger" | "deadlines"
>;

/** Steps that one call fires: more than a policy has. */
const atMost = 30;

/**
 * Fires a deadline if Postgres says that it is due: then its event is published and its deliveries
 * are handed to their sender. What is due at once (a round that began, a step after an unreached
 * step) fires in the same call.
 *
 * G5: may be called by any number of jobs and sweepers, any number of times; the transaction lets
 * one of them win. After a crash in between, the relay publishes the event, and the sweepers find
 * the deliveries.
 */
export async function fireDeadline(
  context: Deps,
  deadline: Deadline,
  liveOf: LiveOf = rememberLive(context),
): Promise<DeadlineResult> {
  const traceparent = currentTraceparent() ?? deadline.traceparent ?? undefined;
  const fire = (of: Pick<Deadline, "kind" | "level">) =>
    fireOne(context, { ...deadline, ...of, traceparent }, liveOf);
  const first = await fire(deadline);
  let next = follow(first);
  for (let fired = 1; next !== undefined && fired < atMost; fired += 1)
    next = follow(await fire(next));
  return first;
}

type Traced = Deadline & { readonly traceparent: string | undefined };
/** The people and screens of a tenant that have a live socket. */
export type LiveOf = (tenantId: string) => ReturnType<typeof readLive>;

/** Asks once per tenant: for deadlines that fire within a moment. */
export function rememberLive(context: Parameters<typeof readLive>[0]): LiveOf {
  const known = new Map<string, ReturnType<typeof readLive>>();
  return (tenantId) => {
    const live = known.get(tenantId) ?? readLive(context, tenantId);
    known.set(tenantId, live);
    return live;
  };
}

async function fireOne(context: Deps, deadline: Traced, liveOf: LiveOf): Promise<DeadlineResult> {
  const { tenantId, traceparent } = deadline;
  const result = await fire(context, deadline, liveOf);
  if (result.status === "done") {
    if (result.event !== undefined) context.publisher.publish(result.event);
    const due = (result.send ?? []).map(({ id, inMs }) => ({
      tenantId,
      deliveryId: id,
      delayMs: inMs,
      ...(traceparent !== undefined && { traceparent }),
    }));
    // Not awaited: the sweeper finds what is not handed over.
    void context.deliveries.add(due);
  }
  if (result.status !== "early" && result.next !== undefined) context.deadlines.wakeUps.wake();
  return result;
}

async function fire({ database }: Deps, deadline: Traced, liveOf: LiveOf): Promise<DeadlineResult> {
  const { tenantId, requestId, kind, level, traceparent } = deadline;
  const input = { tenantId, requestId, traceparent };
  switch (kind) {
    case "escalation":
      return await escalateRequest(database, {
        ...input,
        level,
        live: await liveOf(tenantId),
      });
    case "ring":
      return await ringRequest(database, { ...input, live: await liveOf(tenantId) });
    case "not_done":
      return await returnRequest(database, input);
    case "expiry":
      return await expireRequest(database, input);
  }
}

/** What is due at once. */
function follow(result: DeadlineResult): Pick<Deadline, "kind" | "level"> | undefined {
  if (result.status === "early") return undefined;
  if (result.status === "done" && result.ring !== undefined)
    return { kind: "ring", level: result.ring.level };
  return result.next?.inMs === 0 ? { kind: "escalation", level: result.next.level } : undefined;
}
