import { isName, managedRequestType } from "@waiter/contracts";
import { listRequestTypes } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { orderVersion } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { oneMore, pageOf, wholeListQuery } from "../../http/page.ts";
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
    query: wholeListQuery(z.string().max(50).refine(isName, "is no key")),
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "All types, in the owner's order", schema: answer } },
    handle: async ({ tenant, query: { cursor, limit, retired } }) => {
      const { found, version } = await database.inTenant(
        tenant.id,
        async (tx) => ({
          found: await listRequestTypes(tx, { after: cursor, limit: oneMore(limit), retired }),
          version: await orderVersion(tx, "requestTypes"),
        }),
        { readOnly: true },
      );
      // The last key of a list leads to no page: an answer has a cursor only before another one.
      if (cursor !== undefined && found.length === 0) throw new AppError("not_found");
      const { page: requestTypes, ...next } = pageOf(found, limit);
      return { status: 200, body: { requestTypes, version, ...next } };
    },
  });
