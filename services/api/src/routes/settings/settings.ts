import { isAllowed, patchSettingsBody, settings } from "@waiter/contracts";
import { publicSettings, readSettings, updateSettings } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({
  settings,
  secret: z.string().optional().describe("Of a new webhook: signs its calls, answered once"),
});
const shared = { tag: "Settings", limits: ["staff"] } as const;

export const getSettings = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/settings", {
    hasSecrets: true,
    ...shared,
    summary: "Read the restaurant's settings",
    description: "The Wi-Fi and the second channel are for owners and managers.",
    answers: { 200: { description: "The settings", schema: answer } },
    handle: async ({ tenant, principal }) => {
      const all = await database.inTenant(tenant.id, readSettings, { readOnly: true });
      const shown = isAllowed("manager", principal.role) ? all : publicSettings(all);
      return { status: 200, body: { settings: shown } };
    },
  });

export const updateSettingsRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/settings", {
    hasSecrets: true,
    ...shared,
    summary: "Change the restaurant's settings",
    body: patchSettingsBody,
    bodyBytes: 65_536,
    idempotencyKey: "optional",
    errors: ["conflict"],
    answers: { 200: { description: "The settings after the change", schema: answer } },
    handle: async (call) => {
      const { tenant, body } = call;
      return changeAnswer(
        deps,
        tenant.id,
        await updateSettings(deps.database, changeContext(call), body),
      );
    },
  });
