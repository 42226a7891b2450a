import { zone } from "@waiter/contracts";
import { listZones, orderVersion } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { retiredFlag } from "../../http/flag.ts";
import { nextCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";

const answer = z.object({
  zones: z.array(zone),
  version: z.int().describe("Of the order: PUT /api/zones/order names it"),
  nextCursor,
});

export const listZonesRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/zones", {
    tag: "Zones",
    summary: "List the zones",
    query: z.strictObject({ retired: retiredFlag }),
    limits: ["staff"],
    answers: { 200: { description: "All zones, in the owner's order", schema: answer } },
    handle: async ({ tenant }) => {
      const body = await database.inTenant(
        tenant.id,
        async (tx) => ({ zones: await listZones(tx), version: await orderVersion(tx, "zones") }),
        { readOnly: true },
      );
      return { status: 200, body };
    },
  });
