import { verifyPassword } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { findStaffByEmail } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { loginAnswer } from "./login-answer.ts";
import { createSession } from "../../auth/sessions.ts";

export const login = ({ database, tokens }: Pick<Context, "database" | "tokens">) =>
  defineRoute("POST /api/auth/login", {
    tag: "Auth",
    summary: "Log in as staff",
    description:
      'Answers an access token of 15 minutes, and a refresh token in an HttpOnly cookie, or in the body with `"refresh": "body"`.',
    body: contracts.loginBody,
    limits: ["auth_address", "auth"],
    errors: ["unauthorized"],
    answers: { 200: { description: "Logged in", schema: contracts.loginAnswer } },
    handle: async ({ tenant, body }) => {
      const person = await database.inTenant(tenant.id, (tx) => findStaffByEmail(tx, body.email), {
        readOnly: true,
      });
      const right = await verifyPassword(body.password, person?.passwordHash);
      if (person?.active !== true || !right)
        throw new AppError("unauthorized", {
          detail: "The e-mail address or the password is wrong.",
        });
      const token = await database.inTenant(tenant.id, (tx) => createSession(tx, person.id));
      const staff = { id: person.id, name: person.name, role: person.role };
      return loginAnswer(tokens, { tenant, staff, token, inBody: body.refresh === "body" });
    },
  });
