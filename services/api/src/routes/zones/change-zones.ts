import { patchZoneBody, zone, zoneBody } from "@waiter/contracts";
import { createZone, deleteZone, updateZone } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ zone });
const shared = {
  tag: "Zones",
  idempotencyKey: "optional",
  limits: ["staff"],
} as const;

export const createZoneRoute = (deps: ChangeDeps & Pick<Context, "config">) =>
  defineRoute("POST /api/zones", {
    ...shared,
    summary: "Create a zone",
    body: zoneBody,
    answers: { 201: { description: "The new zone", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await createZone(
          deps.database,
          changeContext(call),
          call.body,
          deps.config.ZONES_PER_RESTAURANT,
        ),
      ),
  });

export const updateZoneRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/zones/:id", {
    ...shared,
    summary: "Rename a zone",
    ids: ["id"],
    body: patchZoneBody,
    errors: ["not_found", "conflict"],
    answers: { 200: { description: "The zone after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await updateZone(deps.database, changeContext(call), call.param("id"), call.body),
      ),
  });

export const deleteZoneRoute = (deps: ChangeDeps) =>
  defineRoute("DELETE /api/zones/:id", {
    ...shared,
    summary: "Delete a zone",
    ids: ["id"],
    query: z.strictObject({
      tables: z.literal("unzone").optional().describe("Takes the zone's tables out of it first"),
    }),
    errors: ["not_found", "in_use"],
    answers: { 204: { description: "Deleted" } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await deleteZone(deps.database, changeContext(call), call.param("id"), {
          unzone: call.query.tables === "unzone",
        }),
      ),
  });
