import {
  createTablesBody,
  managedTable,
  muteTableBody,
  patchTableBody,
  table,
} from "@waiter/contracts";
import { createTables, muteTable, retireTable, updateTable } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { flag } from "../../http/flag.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

const answer = z.object({ table });
const shared = {
  tag: "Tables",
  idempotencyKey: "optional",
  limits: ["staff"],
} as const;

export const createTablesRoute = (deps: ChangeDeps & Pick<Context, "config">) =>
  defineRoute("POST /api/tables", {
    hasSecrets: true,
    ...shared,
    summary: "Create one table or many",
    description: "All or none. A label that another active table has is a 409 that names it.",
    body: createTablesBody,
    // 500 labels of 50 characters, each an escape of 6 bytes.
    bodyBytes: 160_000,
    errors: ["label_taken"],
    answers: {
      201: {
        description: "The new tables with their codes",
        schema: z.object({ tables: z.array(managedTable) }),
      },
    },
    handle: async (call) => {
      const { tenant, body } = call;
      const labels = "labels" in body ? body.labels : [body.label];
      const input = { labels, zoneId: body.zoneId };
      const atMost = deps.config.TABLES_PER_RESTAURANT;
      const changed = await createTables(deps.database, changeContext(call), input, atMost);
      const tables = changed.body.tables.map((one) => ({
        ...one,
        guestUrl: guestUrl(tenant.slug, one.token, deps.config.DOMAIN_URL),
      }));
      return changeAnswer(deps, tenant.id, changed, { tables });
    },
  });

export const updateTableRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/tables/:id", {
    ...shared,
    summary: "Rename a table or move it between zones",
    ids: ["id"],
    body: patchTableBody,
    errors: ["not_found", "conflict", "label_taken"],
    answers: { 200: { description: "The table after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await updateTable(deps.database, changeContext(call), call.param("id"), call.body),
      ),
  });

export const retireTableRoute = (deps: ChangeDeps) =>
  defineRoute("DELETE /api/tables/:id", {
    ...shared,
    summary: "Retire a table",
    description:
      "Its code ends at once, its open requests are dismissed with reason `table_retired`, its label is free.",
    ids: ["id"],
    errors: ["not_found"],
    answers: { 204: { description: "Retired" } },
    handle: async (call) => {
      const { tenant, param } = call;
      const changed = await retireTable(deps.database, changeContext(call), param("id"));
      return changeAnswer(deps, tenant.id, changed);
    },
  });

export const muteTableRoute = (deps: ChangeDeps) =>
  defineRoute("POST /api/tables/:id/mute", {
    ...shared,
    summary: "Mute a table's guests",
    description: "Guests get 409 `table_muted` until then; `minutes: 0` ends the mute.",
    ids: ["id"],
    body: muteTableBody,
    query: z.strictObject({ dismissOpen: flag("`true` also dismisses what is open") }),
    errors: ["not_found"],
    answers: { 200: { description: "The table after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await muteTable(deps.database, changeContext(call), call.param("id"), {
          minutes: call.body.minutes,
          dismissOpen: call.query.dismissOpen,
        }),
      ),
  });
