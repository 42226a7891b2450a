import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { readEvents } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const getEvents = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute("GET /api/events", {
    tag: "Board",
    summary: "Events since a position",
    description:
      "Oldest first, without gaps, at most 1,000, fewer where they are long; complete when the last is `head`. 410 `reset_required`: take a new board.",
    query: contracts.eventsQuery,
    limits: ["staff"],
    errors: ["reset_required"],
    answers: { 200: { description: "The events", schema: contracts.eventsAnswer } },
    handle: async ({ tenant, query, head: current }) => {
      if (current === undefined) throw new AppError("tenant_unknown");
      const result = await readEvents(database, tenant.id, current, {
        ...query,
        maxBytes: config.EVENTS_PAGE_BYTES,
      });
      if (result.status === "reset") throw new AppError("reset_required");
      const { epoch, events, head } = result;
      // Envelopes are sent as the bytes that they are stored as.
      return {
        status: 200,
        json: `{"epoch":${JSON.stringify(epoch)},"events":[${events.join(",")}],"head":${head}}`,
      };
    },
  });
