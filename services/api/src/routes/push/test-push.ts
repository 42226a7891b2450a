import { channelTestAnswer } from "@waiter/contracts";
import { readSubscription } from "@waiter/push";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { requirePushKey } from "./push-key.ts";

export const testPush = ({
  database,
  config,
  deliveryTests,
}: Pick<Context, "database" | "config" | "deliveryTests">) =>
  defineRoute("POST /api/push/test", {
    tag: "Push",
    limits: ["staff", "costly"],
    summary: "Send a test notification to this device",
    description:
      "`failed` with a reason: `no_subscription`, `no_worker`, `http_410` (the subscription was deleted), `timed_out`, ... `sent` means that the push service took it; the device's receipt shows that it arrived.",
    errors: ["push_off", "unavailable"],
    answers: { 200: { description: "How it went", schema: channelTestAnswer } },
    handle: async ({ tenant, principal }) => {
      requirePushKey(config);
      const found = await database.inTenant(
        tenant.id,
        (tx) => readSubscription(tx, principal.sid),
        { readOnly: true },
      );
      if (found === undefined)
        return { status: 200, body: { status: "failed", reason: "no_subscription" } };
      const job = { tenantId: tenant.id, subscriptionId: found.id };
      return { status: 200, body: await deliveryTests.run(job) };
    },
  });
