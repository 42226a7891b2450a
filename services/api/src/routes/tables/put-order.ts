import { orderBody, typeOrderBody } from "@waiter/contracts";
import { putOrder, type Ordered } from "@waiter/restaurant";
import { z } from "zod";
import { defineRoute, type Answer } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const version = z.int();

async function answerOrder(
  deps: ChangeDeps,
  call: Parameters<typeof changeContext>[0],
  list: Ordered,
  members: readonly string[],
  seen: number,
): Promise<Answer> {
  const input = { members, version: seen };
  const changed = await putOrder(deps.database, changeContext(call), list, input);
  return changeAnswer(deps, call.tenant.id, changed);
}

/** `PUT /api/<list>/order`: one event; a stale version is a 409 with the present order. */
const orderRoute = (list: Exclude<Ordered, "requestTypes">, tag: string) => (deps: ChangeDeps) =>
  defineRoute(`PUT /api/${list}/order` as const, {
    tag,
    summary: `Put the ${list} into order`,
    description: "`ids` names every active member once; `version` is the list's.",
    body: orderBody,
    bodyBytes: 262_144,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["conflict"],
    answers: {
      200: {
        description: "The new order",
        schema: z.object({ ids: z.array(z.uuid()), version }),
      },
    },
    handle: (call) => answerOrder(deps, call, list, call.body.ids, call.body.version),
  });

export const putTableOrder = orderRoute("tables", "Tables");
export const putZoneOrder = orderRoute("zones", "Zones");

export const putRequestTypeOrder = (deps: ChangeDeps) =>
  defineRoute("PUT /api/request-types/order", {
    tag: "Request types",
    summary: "Put the request types into order",
    body: typeOrderBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["conflict"],
    answers: {
      200: {
        description: "The new order",
        schema: z.object({ keys: z.array(z.string()), version }),
      },
    },
    handle: (call) => answerOrder(deps, call, "requestTypes", call.body.keys, call.body.version),
  });
