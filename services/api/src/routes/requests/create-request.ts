import * as contracts from "@waiter/contracts";
import { createRequest } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { idempotencyOf, staffActor } from "./actors.ts";
import { commandAnswer } from "./command-answer.ts";

export const createRequestRoute = ({
  database,
  afterCommit,
}: Pick<Context, "database" | "afterCommit">) =>
  defineRoute("POST /api/requests", {
    tag: "Requests",
    summary: "Enter a request on a guest's behalf",
    body: contracts.createRequestForTableBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found"],
    answers: {
      201: { description: "A new request", schema: contracts.requestAnswer },
      200: {
        description: "The open request of this type at this table",
        schema: contracts.requestAnswer,
      },
    },
    handle: async ({ tenant, principal, body, idempotencyKey }) => {
      const { as, ...fields } = body;
      const result = await createRequest(database, {
        tenantId: tenant.id,
        actor: staffActor(principal, as),
        ...fields,
        idempotency: idempotencyOf(principal, idempotencyKey),
        traceparent: currentTraceparent(),
      });
      afterCommit(tenant.id, result);
      return commandAnswer(result);
    },
  });
