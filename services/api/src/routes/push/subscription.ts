import { pushSubscriptionAnswer, pushSubscriptionBody } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import {
  deleteSubscriptionOfSession,
  isAllowedEndpoint,
  isDeviceKey,
  readSubscription,
  saveSubscription,
} from "@waiter/push";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { requirePushKey } from "./push-key.ts";

const shared = { tag: "Push", limits: ["staff"] } as const;

export const getSubscription = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/push/subscription", {
    ...shared,
    summary: "Read this device's push subscription",
    answers: {
      200: {
        description: "Null where this device has none; `lastTestShownAt` is its last good test",
        schema: pushSubscriptionAnswer,
      },
    },
    handle: async ({ tenant, principal }) => {
      const found = await database.inTenant(
        tenant.id,
        (tx) => readSubscription(tx, principal.sid),
        { readOnly: true },
      );
      return { status: 200, body: { subscription: found?.subscription ?? null } };
    },
  });

export const putSubscription = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute("PUT /api/push/subscription", {
    ...shared,
    summary: "Subscribe this device to push notifications",
    description:
      "Replaces the device's earlier subscription; an earlier session with the same endpoint loses its own. Ends with the session.",
    body: pushSubscriptionBody,
    idempotencyKey: "optional",
    errors: ["push_off", "push_host_refused"],
    answers: { 200: { description: "The subscription", schema: pushSubscriptionAnswer } },
    handle: async ({ tenant, principal, body: { endpoint, keys } }) => {
      requirePushKey(config);
      const rules = {
        hosts: config.PUSH_ALLOWED_HOSTS,
        allowsHttp: config.OUTBOUND_PRIVATE_NETWORKS.length > 0,
      };
      if (!isAllowedEndpoint(endpoint, rules)) throw new AppError("push_host_refused");
      if (!isDeviceKey(keys.p256dh))
        throw new AppError("validation_failed", {
          extra: { errors: [{ path: "keys.p256dh", message: "must be a point of P-256" }] },
        });
      const subscription = await database.inTenant(tenant.id, (tx) =>
        saveSubscription(tx, {
          staffId: principal.sub,
          sessionId: principal.sid,
          endpoint: new URL(endpoint).href,
          ...keys,
        }),
      );
      if (subscription === undefined) throw new AppError("unauthorized");
      return { status: 200, body: { subscription } };
    },
  });

export const deleteSubscription = ({ database }: Pick<Context, "database">) =>
  defineRoute("DELETE /api/push/subscription", {
    ...shared,
    summary: "End this device's push subscription",
    idempotencyKey: "optional",
    answers: { 204: { description: "This device is not rung any more" } },
    handle: async ({ tenant, principal }) => {
      await database.inTenant(tenant.id, (tx) => deleteSubscriptionOfSession(tx, principal.sid));
      return { status: 204 };
    },
  });
