import * as contracts from "@waiter/contracts";
import { markSeen } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const markSeenRoute = ({
  database,
  tellGuests,
  invalidate,
}: Pick<Context, "database" | "tellGuests" | "invalidate">) =>
  defineRoute("POST /internal/seen", {
    tag: "Internal",
    summary: "Record that a staff screen shows all requests up to `seq`",
    body: contracts.seenBody,
    answers: { 204: { description: "Recorded; the guests of these tables are notified" } },
    handle: async ({ body: { tenant, seq, screens } }) => {
      const messages = await markSeen(database, tenant, seq, screens);
      if (messages.length > 0) {
        // Being seen moves no position: a board in a cache would go on to be served.
        invalidate(tenant, "requests");
        tellGuests(tenant, messages);
      }
      return { status: 204 };
    },
  });
