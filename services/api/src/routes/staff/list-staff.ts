import { isAllowed, managedStaff, staffMember, uuid } from "@waiter/contracts";
import { listStaff } from "@waiter/database";
import { listManagedStaff } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor, oneMore, pageOf, requireCursor, wholeListQuery } from "../../http/page.ts";
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
    query: wholeListQuery(uuid),
    errors: ["not_found"],
    limits: ["staff"],
    answers: { 200: { description: "Everybody, by name", schema: answer } },
    handle: async ({ tenant, principal, query: { cursor, limit, retired } }) => {
      const found = await database.inTenant<readonly { readonly id: string }[]>(
        tenant.id,
        async (tx) => {
          const wanted = { after: cursor, limit: oneMore(limit) };
          const people = isAllowed("manager", principal.role)
            ? await listManagedStaff(tx, { ...wanted, retired })
            : await listStaff(tx, wanted);
          await requireCursor(tx, ["staff"], { cursor, found: people });
          return people;
        },
        { readOnly: true },
      );
      const { page: staff, ...next } = pageOf(found, limit);
      return { status: 200, body: { staff, ...next } };
    },
  });
