import { hashPassword, verifyPassword } from "@waiter/auth";
import { changePasswordBody } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { readPassword, savePassword } from "@waiter/restaurant";
import { livingGuard } from "../../auth/authorize.ts";
import { blockOf } from "../../auth/client.ts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { idempotencyOf } from "../requests/actors.ts";

export const changePassword = ({ database, passwords }: Pick<Context, "database" | "passwords">) =>
  defineRoute("POST /api/me/password", {
    tag: "Staff",
    limits: ["staff", "password"],
    summary: "Set or change one's own password",
    description: "`current` is required where there is one. Other devices stay signed in.",
    body: changePasswordBody,
    idempotencyKey: "optional",
    errors: ["conflict", "overloaded"],
    answers: { 204: { description: "Changed" } },
    handle: async ({ tenant, principal, body: { current = "", next }, response, ...call }) => {
      const context = {
        tenantId: tenant.id,
        staffId: principal.sub,
        idempotency: idempotencyOf(principal, call.idempotencyKey),
        guards: [livingGuard(tenant.id, principal)],
      };
      const who = {
        tenantId: tenant.id,
        account: principal.sub,
        block: blockOf(response),
        isKnownDevice: true,
      };
      const isPassword = async (text: string, hash: string | null): Promise<boolean> =>
        hash === null || (await passwords.run(who, () => verifyPassword(text, hash)));
      /** A stored answer names no password: that it was this change is seen by the present one. */
      const replay = async (hash: string | null) => {
        if (!(await isPassword(next, hash))) throw new AppError("idempotency_key_reused");
        return { status: 204, headers: { "Idempotent-Replayed": "true" } };
      };
      const { hash: before, isAnswered } = await readPassword(database, context);
      if (isAnswered) return replay(before);
      if (!(await isPassword(current, before)))
        throw new AppError("validation_failed", {
          extra: { errors: [{ path: "current", message: "is not the current password" }] },
        });
      const after = await passwords.run(who, () => hashPassword(next));
      const outcome = await savePassword(database, context, { before, after });
      if (outcome === "saved") return { status: 204 };
      return replay((await readPassword(database, context)).hash);
    },
  });
