import type { CommittedEvent, GuestRequest, Request } from "@waiter/contracts";
import { constraintOf, type Database } from "@waiter/database";
import type { Actor, ViewOf } from "../actor.ts";
import { answerOnce, hashCommand } from "../idempotency/idempotency.ts";
import type { Idempotency, RequestAnswer } from "../idempotency/stored-answer.ts";
import { applyTo, applyWithAppend } from "./apply-command.ts";
import type { Guard } from "../idempotency/look-up-key.ts";
import { guardHolder, namedPerson, requirePerson } from "./require-person.ts";
import { requestEvent } from "../state/request-event.ts";
import { findMoved, firstRequest } from "../state/find-request.ts";
import { viewFor, type FoundRequest } from "../state/request-row.ts";
import type { NextEscalation, NextRing } from "../state/saved-row.ts";
import type { Command } from "../state/transition.ts";

/** Whose transaction, and the trace and key it carries. */
export interface CommandContext<A extends Actor = Actor> {
  readonly tenantId: string;
  readonly actor: A;
  readonly idempotency?: Idempotency | undefined;
  /** W3C trace context, for the event. */
  readonly traceparent?: string | undefined;
  /** Refuse the command in its transaction, without a round trip of their own. */
  readonly guards?: readonly Guard[];
}

export interface RequestCommandInput<A extends Actor = Actor> extends CommandContext<A> {
  readonly requestId: string;
}

/** A command's outcome, after COMMIT. */
export interface CommandResult<View = Request | GuestRequest> {
  /**
   * 200 or 201, or 409 when the command lost; `body.request` is the request as it is now, as the
   * actor sees it.
   */
  readonly answer: RequestAnswer<View>;
  readonly request: View;
  /** Must be published; absent when nothing changed. */
  readonly event?: CommittedEvent;
  /** A deadline was written: announce it to the workers. Absent when no level follows. */
  readonly escalation?: NextEscalation;
  /** A round began: announce its deadline to the workers. */
  readonly ring?: NextRing;
  /** The response of an earlier call with the same key. */
  readonly replayed: boolean;
}

/** A concurrent change came between a closing's decision and its statement. */
class Overtaken extends Error {}

/**
 * Runs one command in one transaction: the conditional change, the stored answer, the event.
 *
 * Throws `not_found` for an id that is unknown here (or another tenant's, or another table's),
 * `forbidden`, `idempotency_key_reused`, and what {@link Database.inTenant} throws.
 */
export async function runCommand<A extends Actor>(
  database: Database,
  { tenantId, requestId, actor, idempotency, traceparent, guards = [] }: RequestCommandInput<A>,
  command: Command,
): Promise<CommandResult<ViewOf<A>>> {
  const once = idempotency && {
    idempotency,
    hash: hashCommand(idempotency, [command, requestId, ...namedPerson(actor)]),
  };
  const attempt = (apply: typeof applyTo) =>
    answerOnce<{ readonly request: ViewOf<A> }, FoundRequest, Fresh<ViewOf<A>>>(
      database,
      tenantId,
      once,
      {
        guards: [...guards, ...guardHolder(command, actor)],
        first: firstRequest(requestId),
        check: (tx) => requirePerson(tx, actor),
        finish: async (tx, found, store) => {
          const { row, change, counted, closing, ...next } = await apply(
            tx,
            found ?? (await findMoved(tx, requestId)),
            { command, actor, traceparent },
          );
          const answer: RequestAnswer<ViewOf<A>> = {
            status: change === "conflict" ? 409 : 200,
            body: { request: viewFor(actor, row) },
          };
          if (typeof change === "string") {
            await store.save(answer);
            return { answer };
          }
          const event = requestEvent({ tenantId, actor, traceparent }, change.event, row);
          const appended = await (closing === undefined
            ? store.saveWith(answer, event, counted)
            : store.saveClosing(answer, event, closing));
          if (appended === undefined) throw new Overtaken();
          return { answer, event: appended, ...next };
        },
      },
    );
  try {
    return toResult(await attempt(applyWithAppend));
  } catch (error) {
    // The table called again while this reopened its last call: deciding once more finds the open
    // one. An overtaken closing decides once more too; `applyTo` locks the row if it must.
    if (!(error instanceof Overtaken) && constraintOf(error) !== "request_open") throw error;
    return toResult(await attempt(applyTo));
  }
}

/** The result of a transaction that ran, unlike a stored response. */
export type Fresh<View> = Pick<CommandResult<View>, "answer" | "event" | "escalation" | "ring">;

export const toResult = <View>(
  outcome: Fresh<View> & { readonly replayed?: true },
): CommandResult<View> => ({
  replayed: false,
  ...outcome,
  request: outcome.answer.body.request,
});
