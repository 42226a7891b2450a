import { duty, dutyBody } from "@waiter/contracts";
import { endDuty, listDuty, putDuty } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ onDuty: z.array(duty) });
const shared = { tag: "Duty", limits: ["staff"] } as const;

export const getDuty = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/duty", {
    ...shared,
    summary: "List who is on duty",
    answers: { 200: { description: "By the time they started", schema: answer } },
    handle: async ({ tenant }) => ({
      status: 200,
      body: { onDuty: await database.inTenant(tenant.id, listDuty, { readOnly: true }) },
    }),
  });

export const putDutyRoute = (deps: ChangeDeps & Pick<Context, "config">) =>
  defineRoute("PUT /api/duty", {
    ...shared,
    summary: "Start one's own duty, or change its tables",
    description:
      'For every table (`tables: "all"`), or for at least one table or zone: duty for none is a 422, and so are too many tables and zones of all people on duty together.',
    body: dutyBody,
    bodyBytes: 262_144,
    idempotencyKey: "optional",
    answers: { 200: { description: "One's own duty", schema: z.object({ duty }) } },
    handle: async (call) => {
      const { tenant, body } = call;
      const input = { tables: body.tables, zones: body.zones ?? [] };
      return changeAnswer(
        deps,
        tenant.id,
        await putDuty(
          deps.database,
          changeContext(call),
          input,
          deps.config.DUTY_PLACES_PER_RESTAURANT,
        ),
      );
    },
  });

export const endDutyRoute = (deps: ChangeDeps) =>
  defineRoute("DELETE /api/duty", {
    ...shared,
    summary: "End one's own duty",
    idempotencyKey: "optional",
    answers: { 204: { description: "Off duty" } },
    handle: async (call) =>
      changeAnswer(deps, call.tenant.id, await endDuty(deps.database, changeContext(call))),
  });
