import * as contracts from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const heads = ({ trueHeads }: Pick<Context, "trueHeads">) =>
  defineRoute("POST /internal/heads", {
    tag: "Internal",
    summary: "Get true heads and revocations of up to 1,000 tenants",
    body: contracts.headsBody,
    bodyBytes: 64_000,
    answers: {
      200: { description: "Unknown tenants are left out", schema: contracts.headsAnswer },
    },
    handle: async ({ body }) => ({
      status: 200,
      body: { heads: await trueHeads(body.tenants), now: new Date().toISOString() },
    }),
  });
