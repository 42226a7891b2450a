import * as contracts from "@waiter/contracts";
import { createRequest } from "@waiter/requests";
import { refuseClosed } from "@waiter/restaurant";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { commandContext, guestActor } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

type Deps = Pick<Context, "config" | "database" | "afterCommit">;

export const createGuestRequest = ({ config, database, afterCommit }: Deps) =>
  defineRoute("POST /api/guest/requests", {
    tag: "Guest",
    summary: "Create a request",
    description:
      "A table has at most one open request of a type: a second one answers the open request. 201 means that it is in the database. 409 `table_full` means that the table has too many open requests, or has one and the restaurant has too many.",
    body: contracts.createRequestBody,
    idempotencyKey: "required",
    limits: ["guest_write"],
    errors: ["closed", "table_full", "table_muted"],
    answers: {
      201: { description: "A new request", schema: contracts.guestRequestAnswer },
      200: {
        description: "The open request of this type",
        schema: contracts.guestRequestAnswer,
      },
    },
    refusesEnded: true,
    handle: async (call) => {
      const result = await createRequest(database, {
        ...commandContext(call, [refuseClosed]),
        actor: guestActor(call.principal),
        ...call.body,
        maxOpen: config.OPEN_REQUESTS_PER_TABLE,
        maxOpenInAll: config.OPEN_REQUESTS_PER_RESTAURANT,
      });
      afterCommit(result);
      return commandAnswer(result);
    },
  });
