import * as contracts from "@waiter/contracts";
import { cancelRequest } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { guestActor, idempotencyOf } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const cancelRequestRoute = ({ database, afterCommit }: Pick<Context, "database" | "afterCommit">) =>
  defineRoute({
    method: "post",
    path: "/api/guest/requests/:id/cancel",
    access: "guest",
    tag: "Guest",
    summary: "Take a call back",
    description: "What is cancelled already is a 200.",
    ids: ["id"],
    body: contracts.commandBody,
    idempotencyKey: "optional",
    limits: ["guest_write", "table_write"],
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The request as it is now", schema: contracts.guestRequestAnswer } },
    handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
      const result = await cancelRequest(database, {
        tenantId: tenant.id,
        requestId: param("id"),
        actor: guestActor(principal),
        ...body,
        idempotency: idempotencyOf(principal, idempotencyKey),
        traceparent: currentTraceparent(),
      });
      return commandAnswer(afterCommit, tenant.id, result);
    },
  });
