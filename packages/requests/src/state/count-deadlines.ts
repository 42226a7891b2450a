import type { DeadlineKind, Param } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";
import type { Change, RequestFacts } from "./transition.ts";

/** A change that begins a round; an undo that restores a round begins none. */
export const beginsRound = (before: Pick<RequestFacts, "state">, change: Change): boolean =>
  change.state === "new" && before.state !== "new" && change.restored === undefined;

/** A change that opens a closed request again, with new deadlines. */
export const reopens = ({ event, restored }: Change): boolean =>
  event === "request.reopened" && restored === undefined;

/** A change that starts the time to complete. */
export const claims = (before: Pick<RequestFacts, "state">, change: Change): boolean =>
  change.state === "claimed" && before.state !== "claimed" && change.restored === undefined;

/** The deadlines of a request that was created. */
export const createdKinds: readonly DeadlineKind[] = ["ring", "escalation", "expiry"];

/** The deadlines that a change starts: they count from its event. */
export function countedKinds(
  before: Pick<RequestFacts, "state">,
  change: Change,
): readonly DeadlineKind[] {
  if (reopens(change)) return createdKinds;
  if (beginsRound(before, change)) return ["ring", "escalation"];
  return claims(before, change) ? ["not_done"] : [];
}

/** A transaction that is not older than this at its event leaves its deadlines alone, ms. */
const countedWithinMs = 100;

export interface CountedParams {
  /** The kinds of the deadlines, see {@link countedKinds}. */
  readonly counted: readonly DeadlineKind[];
}

type Keys = CountedParams & { readonly tenantId: string; readonly requestId: string | null };

/**
 * A change writes its deadlines from its transaction's begin, `now()`, and takes the tenant's
 * counter at its end: a wait for a lock or for a busy api lies in between. This part of the append
 * moves the deadlines that the change started, and the beginning of its round, by that wait. So a
 * deadline counts from the `at` of its event, and is at most `countedWithinMs` early. The event's
 * payload and the answer exist before: the times in them are the transaction's begin.
 */
export const countFromEvent = (p: Param<Keys>): RawBuilder<unknown> => sql`
  case when at > now() + make_interval(secs => ${sql.lit(countedWithinMs / 1_000)}) then
    move_deadlines(${p("tenantId")}, ${p("requestId")}::uuid, ${p("counted")}::text[], at - now())
  end`;
