import * as contracts from "@waiter/contracts";
import { currentTraceparent } from "@waiter/telemetry";
import { completeRequest } from "@waiter/requests";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { idempotencyOf, staffActor } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const completeRequestRoute = ({ database, afterCommit }: Pick<Context, "database" | "afterCommit">) =>
  defineRoute({
    method: "post",
    path: "/api/requests/:id/complete",
    access: "staff",
    tag: "Requests",
    summary: "Mark a request as done",
    description: "Whoever completes what nobody claimed counts as its claimer.",
    ids: ["id"],
    body: contracts.commandBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The request as it is now", schema: contracts.requestAnswer } },
    handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
      const result = await completeRequest(database, {
        tenantId: tenant.id,
        requestId: param("id"),
        actor: staffActor(principal),
        ...body,
        idempotency: idempotencyOf(principal, idempotencyKey),
        traceparent: currentTraceparent(),
      });
      return commandAnswer(afterCommit, tenant.id, result);
    },
  });
