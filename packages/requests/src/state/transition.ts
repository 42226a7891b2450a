import type { Undo } from "@waiter/database";
import {
  isAllowed,
  requestCommands,
  type RequestEventType,
  type RequestState,
} from "@waiter/contracts";
import { isManager, type Actor } from "../actor.ts";

/** The facts of a request that decide about a command. */
export interface RequestFacts {
  readonly tableId: string;
  readonly state: RequestState;
  readonly level: number;
  readonly version: number;
  readonly claimedBy: string | null;
  /**
   * What the last change replaced, while it can be undone: for 30 s, and only a change by a guest
   * or a person.
   */
  readonly undo?: Undo | null;
}

export type Command =
  | {
      readonly name: "claim" | "release" | "complete" | "cancel" | "reopen" | "undo";
      readonly version?: number | undefined;
    }
  | { readonly name: "dismiss"; readonly reason: string; readonly version?: number | undefined }
  | { readonly name: "escalate"; readonly level: number }
  | { readonly name: "return" }
  | { readonly name: "expire" };

/** The facts after a change. A change appends exactly one event. */
export interface Change {
  readonly kind: "changed";
  readonly event: RequestEventType;
  readonly state: RequestState;
  readonly level: number;
  readonly claimedBy: string | null;
  /** The state, the times and the deadlines of before: an undo puts them back. */
  readonly restored?: Undo;
}

/**
 * - `changed`: the command won.
 * - `unchanged`: the same actor did this before; no event.
 * - `conflict`: another state, another holder, or a newer version than `version`.
 * - `forbidden`: this kind of actor may never send this command.
 * - `hidden`: the actor must not learn that the request exists.
 */
export type Transition =
  | Change
  | { readonly kind: "unchanged" | "conflict" | "forbidden" | "hidden" };

/** Guests and staff send what the command table allows; only the system fires deadlines. */
function mayUse({ name }: Command, actor: Actor): boolean {
  if (name === "escalate" || name === "return" || name === "expire") return actor.kind === "system";
  if (actor.kind === "system") return false;
  if (name === "undo") return true;
  return isAllowed(requestCommands[name].access, actor.kind === "guest" ? "guest" : actor.role);
}

export const isOpen = (state: RequestState): boolean => state === "new" || state === "claimed";

/**
 * The state machine, a pure function: what `command` by `actor` does to a request. Postgres applies
 * the outcome only if the request still has the version of these facts.
 *
 * A waiter releases, completes and dismisses own requests, and completes and dismisses unclaimed
 * ones; owner and manager also those of others. A second claim never takes a request from its
 * holder.
 */
export function transition(facts: RequestFacts, command: Command, actor: Actor): Transition {
  if (!mayUse(command, actor)) return { kind: "forbidden" };
  if (actor.kind === "guest" && actor.tableId !== facts.tableId) return { kind: "hidden" };
  if (isDone(facts, command, actor)) return { kind: "unchanged" };
  if ("version" in command && command.version !== undefined && command.version !== facts.version)
    return { kind: "conflict" };
  return decide(facts, command, actor) ?? { kind: "conflict" };
}

/** A repeated claim or cancellation whose first answer was lost succeeds, whatever its version. */
const isDone = (facts: RequestFacts, { name }: Command, actor: Actor): boolean =>
  (name === "claim" &&
    facts.state === "claimed" &&
    actor.kind === "staff" &&
    facts.claimedBy === actor.id) ||
  (name === "cancel" && facts.state === "cancelled");

/** Undefined if the state, the holder or the level does not fit. */
function decide(facts: RequestFacts, command: Command, actor: Actor): Change | undefined {
  const { state, level, claimedBy } = facts;
  const staffId = actor.kind === "staff" ? actor.id : null;
  const inReach = claimedBy === null || claimedBy === staffId || isManager(actor);
  const changed = (event: RequestEventType, next: Partial<Change>): Change => ({
    kind: "changed",
    event,
    state,
    level,
    claimedBy,
    ...next,
  });
  switch (command.name) {
    case "claim":
      return state === "new"
        ? changed(requestCommands.claim.event, { state: "claimed", claimedBy: staffId })
        : undefined;
    case "release":
      return state === "claimed" && inReach
        ? changed(requestCommands.release.event, { state: "new", claimedBy: null })
        : undefined;
    case "complete":
      return isOpen(state) && inReach
        ? changed(requestCommands.complete.event, {
            state: "completed",
            claimedBy: claimedBy ?? staffId,
          })
        : undefined;
    case "dismiss":
      return isOpen(state) && inReach
        ? changed(requestCommands.dismiss.event, { state: "dismissed" })
        : undefined;
    case "cancel":
      return isOpen(state)
        ? changed(requestCommands.cancel.event, { state: "cancelled" })
        : undefined;
    case "reopen":
      return state === "completed"
        ? changed(requestCommands.reopen.event, { state: "new", level: 0, claimedBy: null })
        : undefined;
    case "undo":
      return undoOf(facts, actor);
    case "escalate":
      return state === "new" && level === command.level - 1
        ? changed("request.escalated", { level: command.level })
        : undefined;
    case "return":
      return state === "claimed"
        ? changed("request.released", { state: "new", claimedBy: null })
        : undefined;
    case "expire":
      return isOpen(state) ? changed("request.expired", { state: "expired" }) : undefined;
  }
}

/**
 * Puts back what the actor's own last change replaced. Only the same guest session, or the same
 * person on the same device, may; undoing a claim is a release, so a new round begins.
 */
function undoOf({ undo, state: now }: RequestFacts, actor: Actor): Change | undefined {
  if (undo === undefined || undo === null || !isAuthor(undo, actor)) return undefined;
  const { state, level, claimedBy } = undo;
  const event =
    state === "claimed"
      ? "request.claimed"
      : now === "claimed"
        ? "request.released"
        : "request.reopened";
  const change = { kind: "changed", event, state, level, claimedBy } as const;
  return event === "request.released" ? change : { ...change, restored: undo };
}

const isAuthor = ({ by, sid }: Undo, actor: Actor): boolean =>
  actor.kind === "guest"
    ? by === actor.sessionId
    : actor.kind === "staff" && by === actor.id && (sid === undefined || sid === actor.sid);
