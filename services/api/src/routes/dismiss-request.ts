import * as contracts from "@waiter/contracts";
import { currentTraceparent } from "@waiter/telemetry";
import { dismissRequest } from "@waiter/requests";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { idempotencyOf, staffActor } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const dismissRequestRoute = ({ database, afterCommit }: Pick<Context, "database" | "afterCommit">) =>
  defineRoute({
    method: "post",
    path: "/api/requests/:id/dismiss",
    access: "staff",
    tag: "Requests",
    summary: "Close a request without service",
    description: "Staff read the reason, guests do not.",
    ids: ["id"],
    body: contracts.dismissBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The request as it is now", schema: contracts.requestAnswer } },
    handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
      const result = await dismissRequest(database, {
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
