import { isAllowed, managedStaff, staffMember } from "@waiter/contracts";
import { listStaff } from "@waiter/database";
import { listManagedStaff } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { retiredFlag } from "../../http/flag.ts";
import { nextCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";

const answer = z.object({
  staff: z.array(z.union([managedStaff, staffMember])),
  nextCursor,
});

export const listStaffRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/staff", {
    tag: "Staff",
    summary: "List the people who work here",
    description:
      "E-mail addresses are for owners and managers; `?retired=true` adds deactivated people for them.",
    query: z.strictObject({ retired: retiredFlag }),
    limits: ["staff"],
    answers: { 200: { description: "Everybody, by name", schema: answer } },
    handle: async ({ tenant, principal, query: { retired } }) => {
      const staff = await database.inTenant<unknown[]>(
        tenant.id,
        (tx) =>
          isAllowed("manager", principal.role) ? listManagedStaff(tx, { retired }) : listStaff(tx),
        { readOnly: true },
      );
      return { status: 200, body: { staff } };
    },
  });
