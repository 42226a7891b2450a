import * as contracts from "@waiter/contracts";
import { readGuestRequests } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestActor } from "../requests/actors.ts";

export const listGuestRequests = ({
  database,
  staffOnline,
}: Pick<Context, "database" | "staffOnline">) =>
  defineRoute("GET /api/guest/requests", {
    tag: "Guest",
    summary: "List the table's open requests and this guest's recent ones",
    limits: ["guest_read"],
    answers: { 200: { description: "Newest first", schema: contracts.guestRequestsAnswer } },
    handle: async ({ tenant, principal }) => {
      const [requests, online] = await Promise.all([
        database.inTenant(tenant.id, (tx) => readGuestRequests(tx, guestActor(principal)), {
          readOnly: true,
        }),
        staffOnline.read(tenant.id),
      ]);
      return {
        status: 200,
        body: {
          requests,
          now: new Date().toISOString(),
          staffOnline: online,
        } satisfies contracts.GuestRequestsAnswer,
      };
    },
  });
