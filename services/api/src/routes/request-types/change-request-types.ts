import { createRequestTypeBody, managedRequestType, patchRequestTypeBody } from "@waiter/contracts";
import { createRequestType, retireRequestType, updateRequestType } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ requestType: managedRequestType });
const shared = {
  tag: "Request types",
  idempotencyKey: "optional",
  limits: ["staff"],
} as const;

export const createRequestTypeRoute = (deps: ChangeDeps & Pick<Context, "config">) =>
  defineRoute("POST /api/request-types", {
    ...shared,
    summary: "Create a request type",
    body: createRequestTypeBody,
    answers: { 201: { description: "The new type", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await createRequestType(
          deps.database,
          changeContext(call),
          call.body,
          deps.config.REQUEST_TYPES_PER_RESTAURANT,
        ),
      ),
  });

export const updateRequestTypeRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/request-types/:key", {
    ...shared,
    summary: "Change a request type",
    body: patchRequestTypeBody,
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The type after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await updateRequestType(deps.database, changeContext(call), call.param("key"), call.body),
      ),
  });

export const retireRequestTypeRoute = (deps: ChangeDeps) =>
  defineRoute("DELETE /api/request-types/:key", {
    ...shared,
    summary: "Retire a request type",
    description: "Guests are no longer offered it; its open requests go on.",
    errors: ["not_found"],
    answers: { 204: { description: "Retired" } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await retireRequestType(deps.database, changeContext(call), call.param("key")),
      ),
  });
