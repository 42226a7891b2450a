import * as contracts from "@waiter/contracts";
import { inSlices } from "@waiter/lifecycle";
import { readChangedTables } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

/** Transactions of one question at a time: the pool serves the others too. */
const atOnce = 3;

export const changes = ({ database, trueHeads }: Pick<Context, "database" | "trueHeads">) =>
  defineRoute("POST /internal/changes", {
    tag: "Internal",
    summary: "Get the tables that changed after a position, of up to 200 tenants",
    body: contracts.changesBody,
    bodyBytes: 64_000,
    answers: {
      200: {
        description: "Without unknown tenants, and those that could not be read now",
        schema: contracts.changesAnswer,
      },
    },
    handle: async ({ body: { tenants } }) => {
      const heads = await trueHeads(tenants.map(({ tenant }) => tenant));
      const headOf = new Map(heads.map((head) => [head.tenant, head]));
      const changed: contracts.TenantChanges[] = [];
      await inSlices(tenants, atOnce, async ({ tenant, epoch, seq }) => {
        const head = headOf.get(tenant);
        if (head === undefined) return;
        const tables = await readChangedTables(database, tenant, { epoch, seq }, head);
        changed.push({
          tenant,
          epoch: head.epoch,
          seq: head.seq,
          tables: tables === undefined ? null : [...tables],
        });
      });
      return { status: 200, body: { changes: changed } };
    },
  });
