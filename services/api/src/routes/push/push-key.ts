import { pushKeyAnswer } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const getPushKey = ({ config }: Pick<Context, "config">) =>
  defineRoute("GET /api/push/key", {
    tag: "Push",
    limits: ["staff"],
    summary: "Read the key that a browser subscribes with",
    description: "The `applicationServerKey` of PushManager.subscribe().",
    errors: ["push_off"],
    answers: { 200: { description: "The VAPID public key", schema: pushKeyAnswer } },
    handle: () => ({ status: 200, body: { key: requirePushKey(config) } }),
  });

/** @throws {AppError} `push_off` where the operator has set no keys. */
export function requirePushKey({ VAPID_PUBLIC_KEY: key }: Context["config"]): string {
  if (key === undefined) throw new AppError("push_off");
  return key;
}
