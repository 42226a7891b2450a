import * as contracts from "@waiter/contracts";
import { createRequest } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { commandContext, staffActor } from "./actors.ts";
import { commandAnswer } from "./command-answer.ts";

export const createRequestRoute = ({
  config,
  database,
  afterCommit,
}: Pick<Context, "config" | "database" | "afterCommit">) =>
  defineRoute("POST /api/requests", {
    tag: "Requests",
    summary: "Enter a request on a guest's behalf",
    body: contracts.createRequestForTableBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found", "table_full"],
    answers: {
      201: { description: "A new request", schema: contracts.requestAnswer },
      200: {
        description: "The open request of this type at this table",
        schema: contracts.requestAnswer,
      },
    },
    refusesEnded: true,
    handle: async (call) => {
      const { as, ...fields } = call.body;
      const result = await createRequest(database, {
        ...commandContext(call),
        actor: staffActor(call.principal, as),
        ...fields,
        maxOpenInAll: config.OPEN_REQUESTS_PER_RESTAURANT,
      });
      afterCommit(result);
      return commandAnswer(result);
    },
  });
