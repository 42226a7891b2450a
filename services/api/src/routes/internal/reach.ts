import * as contracts from "@waiter/contracts";
import { readTenantReach } from "@waiter/ledger";
import { inSlices } from "@waiter/lifecycle";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

/** Transactions of one question at a time: the pool serves the others too. */
const atOnce = 3;

export const reach = ({ database }: Pick<Context, "database">) =>
  defineRoute("POST /internal/reach", {
    tag: "Internal",
    summary: "Get which way reaches the staff without a screen, of up to 200 tenants",
    body: contracts.reachBody,
    bodyBytes: 16_000,
    answers: {
      200: {
        description: "Without those that could not be read now",
        schema: contracts.reachAnswer,
      },
    },
    handle: async ({ body }) => {
      const tenants: contracts.TenantReach[] = [];
      await inSlices(body.tenants, atOnce, async (tenant) => {
        const found = await database.inTenant(tenant, readTenantReach, { readOnly: true });
        tenants.push({ tenant, ...found });
      });
      return { status: 200, body: { tenants } };
    },
  });
