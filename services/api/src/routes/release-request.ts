import * as contracts from "@waiter/contracts";
import { currentTraceparent } from "@waiter/telemetry";
import { releaseRequest } from "@waiter/requests";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { idempotencyOf, staffActor } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const releaseRequestRoute = ({ database, afterCommit }: Pick<Context, "database" | "afterCommit">) =>
  defineRoute({
    method: "post",
    path: "/api/requests/:id/release",
    access: "staff",
    tag: "Requests",
    summary: "Give a request back",
    description: "It is new again, as old as it was.",
    ids: ["id"],
    body: contracts.commandBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The request as it is now", schema: contracts.requestAnswer } },
    handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
      const result = await releaseRequest(database, {
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
