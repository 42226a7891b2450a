import * as contracts from "@waiter/contracts";
import { createRequest } from "@waiter/requests";
import { refuseClosed } from "@waiter/restaurant";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestActor, idempotencyOf } from "../requests/actors.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const createGuestRequest = ({
  database,
  afterCommit,
}: Pick<Context, "database" | "afterCommit">) =>
  defineRoute("POST /api/guest/requests", {
    tag: "Guest",
    summary: "Call",
    description:
      "One request of a type waits at a table at most: a further call answers the open one. A 201 means that it is saved for good.",
    body: contracts.createRequestBody,
    idempotencyKey: "required",
    limits: ["guest_write", "table_write", "tenant_write"],
    errors: ["closed", "table_muted"],
    answers: {
      201: { description: "A new request", schema: contracts.guestRequestAnswer },
      200: {
        description: "The request of this type that waits already",
        schema: contracts.guestRequestAnswer,
      },
    },
    handle: async ({ tenant, principal, body, idempotencyKey }) => {
      const result = await createRequest(database, {
        tenantId: tenant.id,
        actor: guestActor(principal),
        ...body,
        admit: refuseClosed,
        idempotency: idempotencyOf(principal, idempotencyKey),
        traceparent: currentTraceparent(),
      });
      afterCommit(tenant.id, result);
      return commandAnswer(result);
    },
  });
