import { checkTableBody, table } from "@waiter/contracts";
import { checkTable } from "@waiter/restaurant";
import { z } from "zod";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

export const checkTableRoute = (deps: ChangeDeps) =>
  defineRoute("POST /api/tables/check", {
    tag: "Tables",
    summary: "Check the code on a table",
    description:
      "A signed-in phone has scanned it: the answer names the table, `checkedAt` shows on /manage.",
    body: checkTableBody,
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found"],
    answers: {
      200: { description: "The table whose code it is", schema: z.object({ table }) },
    },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await checkTable(deps.database, changeContext(call), call.body),
      ),
  });
