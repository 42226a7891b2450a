import * as contracts from "@waiter/contracts";
import { runCommand, sendCommand } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { commandContext, guestActor, staffActor } from "./actors.ts";
import { commandAnswer } from "./command-answer.ts";

type Deps = Pick<Context, "database" | "afterCommit">;

/** What the documentation says about each verb. */
const texts: Readonly<Record<contracts.Verb, { summary: string; description?: string }>> = {
  claim: {
    summary: "Claim a request",
    description:
      "Claiming a request that the caller already holds answers 200. A request that another person holds answers 409 with that request.",
  },
  release: { summary: "Return a claimed request", description: "The request keeps its age." },
  complete: {
    summary: "Complete a request",
    description: "Completing an unclaimed request records the caller as its claimer.",
  },
  dismiss: {
    summary: "Close a request without service",
    description: "Staff can read the reason; guests cannot.",
  },
  undo: {
    summary: "Undo one's own last command on a request",
    description:
      "Within 30 seconds, on the same device, if nothing else happened to the request since; otherwise 409 with the request.",
  },
  cancel: {
    summary: "Cancel a request",
    description: "Cancelling a cancelled request answers 200.",
  },
  reopen: {
    summary: "Reopen a completed request",
    description:
      "Answers 409 with the open request if the table has sent a new one of the same type.",
  },
};

/** Fields that all command routes share. */
const shared = {
  ids: ["id"],
  idempotencyKey: "optional",
  refusesEnded: true,
  errors: ["not_found", "conflict"],
} as const;

/** `POST /api/requests/:id/<verb>`: one route per verb that staff may send. */
export const staffCommandRoutes: readonly ((deps: Deps) => Route)[] = contracts
  .verbsOf("staff")
  .map(
    (verb) =>
      ({ database, afterCommit }) =>
        defineRoute(contracts.commandRoute(verb), {
          ...shared,
          ...texts[verb],
          body: contracts.requestCommands[verb].body,
          tag: "Requests",
          limits: ["staff"],
          answers: {
            200: { description: "The request after the command", schema: contracts.requestAnswer },
          },
          handle: async (call) => {
            const { as, ...fields } = call.body;
            const result = await sendCommand(database, verb, {
              ...commandContext(call),
              requestId: call.param("id"),
              actor: staffActor(call.principal, as),
              ...fields,
            });
            afterCommit(result);
            return commandAnswer(result);
          },
        }),
  );

/**
 * `POST /api/guest/requests/:id/<verb>`: one route per verb that guests of the request's table may
 * send.
 */
export const guestCommandRoutes: readonly ((deps: Deps) => Route)[] = contracts
  .verbsOf("guest")
  .map(
    (verb) =>
      ({ database, afterCommit }) =>
        defineRoute(contracts.commandRoute(verb), {
          ...shared,
          ...texts[verb],
          body: contracts.requestCommands[verb].body,
          tag: "Guest",
          limits: ["guest_write"],
          answers: {
            200: {
              description: "The request after the command",
              schema: contracts.guestRequestAnswer,
            },
          },
          handle: async (call) => {
            const result = await sendCommand(database, verb, {
              ...commandContext(call),
              requestId: call.param("id"),
              actor: guestActor(call.principal),
              ...call.body,
            });
            afterCommit(result);
            return commandAnswer(result);
          },
        }),
  );

/** `POST /api/guest/requests/:id/undo`. */
export const guestUndoRoute = ({ database, afterCommit }: Deps): Route =>
  defineRoute("POST /api/guest/requests/:id/undo", {
    ...shared,
    ...texts.undo,
    body: contracts.guestCommandBody,
    tag: "Guest",
    limits: ["guest_write"],
    answers: {
      200: { description: "The request after the undo", schema: contracts.guestRequestAnswer },
    },
    handle: async (call) => {
      const input = {
        ...commandContext(call),
        requestId: call.param("id"),
        actor: guestActor(call.principal),
      };
      const { version } = call.body;
      const result = await runCommand(database, input, { name: "undo", version });
      afterCommit(result);
      return commandAnswer(result);
    },
  });
