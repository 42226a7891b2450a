import { hashPassword, verifyPassword } from "@waiter/auth";
import { changePasswordBody, me, patchMeBody } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { readMe, readPasswordHash, savePasswordHash, updateMe } from "@waiter/restaurant";
import { z } from "zod";
import { blockOf } from "../../auth/client.ts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ me });
const shared = { tag: "Staff", limits: ["staff"] } as const;

export const getMe = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/me", {
    ...shared,
    summary: "Read one's own person",
    answers: { 200: { description: "The caller", schema: answer } },
    handle: async ({ tenant, principal }) => ({
      status: 200,
      body: {
        me: await database.inTenant(tenant.id, (tx) => readMe(tx, principal.sub), {
          readOnly: true,
        }),
      },
    }),
  });

export const updateMeRoute = (deps: ChangeDeps) =>
  defineRoute("PATCH /api/me", {
    ...shared,
    summary: "Change one's own name or language",
    body: patchMeBody,
    idempotencyKey: "optional",
    answers: { 200: { description: "The caller after the change", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await updateMe(deps.database, changeContext(call), call.body),
      ),
  });

export const changePassword = ({ database, passwords }: Pick<Context, "database" | "passwords">) =>
  defineRoute("POST /api/me/password", {
    ...shared,
    limits: ["staff", "password"],
    summary: "Set or change one's own password",
    description: "`current` is required where there is one. Other devices stay signed in.",
    body: changePasswordBody,
    idempotencyKey: "optional",
    errors: ["conflict", "overloaded"],
    answers: { 204: { description: "Changed" } },
    handle: async ({ tenant, principal, body, response }) => {
      const who = {
        tenantId: tenant.id,
        account: principal.sub,
        block: blockOf(response),
        isKnownDevice: true,
      };
      const before = await database.inTenant(
        tenant.id,
        (tx) => readPasswordHash(tx, principal.sub),
        { readOnly: true },
      );
      const isRight =
        before === null ||
        (await passwords.run(who, () => verifyPassword(body.current ?? "", before)));
      if (!isRight)
        throw new AppError("validation_failed", {
          extra: { errors: [{ path: "current", message: "is not the current password" }] },
        });
      const after = await passwords.run(who, () => hashPassword(body.next));
      await database.inTenant(tenant.id, (tx) =>
        savePasswordHash(tx, principal.sub, { before, after }),
      );
      return { status: 204 };
    },
  });
