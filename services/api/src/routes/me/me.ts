import { me, patchMeBody } from "@waiter/contracts";
import { readMe, updateMe } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ me });
const shared = { tag: "Staff", limits: ["staff"] } as const;

export const getMe = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/me", {
    ...shared,
    summary: "Read one's own person",
    answers: { 200: { description: "The caller", schema: answer } },
    handle: async ({ tenant, principal }) => ({
      status: 200,
      body: {
        me: await database.inTenant(tenant.id, (tx) => readMe(tx, principal.sub), {
          readOnly: true,
        }),
      },
    }),
  });

export const updateMeRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/me", {
    ...shared,
    summary: "Change one's own name or language",
    body: patchMeBody,
    idempotencyKey: "optional",
    answers: { 200: { description: "The caller after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await updateMe(deps.database, changeContext(call), call.body),
      ),
  });
