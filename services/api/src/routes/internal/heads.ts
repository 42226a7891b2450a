import * as contracts from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { readChanges } from "./read-changes.ts";

export const heads = ({ database, trueHeads }: Pick<Context, "database" | "trueHeads">) =>
  defineRoute("POST /internal/heads", {
    tag: "Internal",
    summary: "Get true heads and revocations of up to 1,000 tenants, and of those that changed",
    body: contracts.headsBody,
    bodyBytes: 64_000,
    answers: {
      200: { description: "Unknown tenants are left out", schema: contracts.headsAnswer },
    },
    handle: async ({ body }) => {
      // The position is read before the heads, which may be newer.
      const { tenants = [], ...position } =
        body.since === undefined ? {} : await readChanges(database, body.since);
      const wanted = [...new Set([...body.tenants, ...tenants])];
      const now = new Date().toISOString();
      return { status: 200, body: { heads: await trueHeads(wanted), ...position, now } };
    },
  });
