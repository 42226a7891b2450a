import { channelTestAnswer } from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const testSecondChannel = ({ deliveryTests }: Pick<Context, "deliveryTests">) =>
  defineRoute("POST /api/second-channel/test", {
    tag: "Deliveries",
    limits: ["staff", "costly"],
    summary: "Send a test to the restaurant's second channel",
    description:
      "`failed` with a reason: `not_set`, `no_worker`, `http_404`, `address_refused`, `timed_out`, ...",
    errors: ["unavailable"],
    answers: { 200: { description: "How it went", schema: channelTestAnswer } },
    handle: async ({ tenant }) => ({
      status: 200,
      body: await deliveryTests.run({ tenantId: tenant.id }),
    }),
  });
