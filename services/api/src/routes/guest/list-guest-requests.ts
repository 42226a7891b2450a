import * as contracts from "@waiter/contracts";
import { readHead } from "@waiter/database";
import { readReach } from "@waiter/ledger";
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
      const online = await staffOnline.read(tenant.id);
      const { head, requests, reach } = await database.inTenant(
        tenant.id,
        // The head first: a change between the two is reported as one after the head.
        async (tx) => ({
          head: await readHead(tx),
          requests: await readGuestRequests(tx, guestActor(principal)),
          reach: await readReach(tx, principal.table, online),
        }),
        { readOnly: true },
      );
      return {
        status: 200,
        body: {
          requests,
          now: new Date().toISOString(),
          staffOnline: online,
          reach,
          ...head,
        } satisfies contracts.GuestRequestsAnswer,
      };
    },
  });
