import { historyEntry, isName, request, requestState, uuid } from "@waiter/contracts";
import { readHistory, searchRequests } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor, pageOf, pageQuery, requireCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";

/** A moment that Postgres can hold: it takes neither the year 0 nor offsets of 16 hours and more. */
const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= 1 && year <= 9_999;
  }, "must be in the years 1 to 9999")
  .transform((text) => new Date(text).toISOString());

const query = pageQuery.extend({
  from: moment.optional().describe("Created at or after"),
  to: moment.optional().describe("Created before"),
  table: uuid.optional(),
  type: z.string().max(50).refine(isName, "must not contain control characters").optional(),
  state: requestState.optional(),
  staff: uuid.optional().describe("Who claimed it; 403 until the owner turned this filter on"),
});

export const searchRequestsRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/requests", {
    tag: "Requests",
    summary: "Search the requests, open and closed",
    query,
    limits: ["staff"],
    errors: ["not_found"],
    answers: {
      200: {
        description: "A page, the newest first",
        schema: z.object({ requests: z.array(request), nextCursor }),
      },
    },
    handle: async ({ tenant, query: { limit, ...search } }) => {
      const found = await database.inTenant(
        tenant.id,
        async (tx) => {
          const rows = await searchRequests(tx, { ...search, limit: limit + 1 });
          const { cursor } = search;
          await requireCursor(tx, ["request", "request_history"], { cursor, found: rows });
          return rows;
        },
        { readOnly: true },
      );
      const { page, ...next } = pageOf(found, limit);
      return { status: 200, body: { requests: page, ...next } };
    },
  });

export const getHistory = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/requests/:id/history", {
    tag: "Requests",
    summary: "Read what happened to a request",
    description:
      "Changes, and who was rung on which way. A waiter reads changes and own deliveries, a manager all.",
    ids: ["id"],
    limits: ["staff"],
    errors: ["not_found"],
    answers: {
      200: {
        description: "The oldest first",
        schema: z.object({ entries: z.array(historyEntry) }),
      },
    },
    handle: async ({ tenant, principal, param }) => {
      const reader = { id: principal.sub, role: principal.role };
      const entries = await database.inTenant(
        tenant.id,
        (tx) => readHistory(tx, param("id"), reader),
        { readOnly: true },
      );
      return { status: 200, body: { entries } };
    },
  });
