import { managedRequestType } from "@waiter/contracts";
import { listRequestTypes } from "@waiter/database";
import { orderVersion } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { retiredFlag } from "../../http/flag.ts";
import { defineRoute } from "../../http/route.ts";

const answer = z.object({
  requestTypes: z.array(managedRequestType),
  version: z.int().describe("Of the order: PUT /api/request-types/order names it"),
  nextCursor: z.string().optional(),
});

export const listRequestTypesRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/request-types", {
    tag: "Request types",
    summary: "List the request types",
    query: z.strictObject({ retired: retiredFlag }),
    limits: ["staff"],
    answers: { 200: { description: "All types, in the owner's order", schema: answer } },
    handle: async ({ tenant, query: { retired } }) => {
      const body = await database.inTenant(
        tenant.id,
        async (tx) => ({
          requestTypes: await listRequestTypes(tx, { retired }),
          version: await orderVersion(tx, "requestTypes"),
        }),
        { readOnly: true },
      );
      return { status: 200, body };
    },
  });
