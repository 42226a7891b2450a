import * as crypto from "node:crypto";
import { signGuest, verifyToken } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { findTableByToken } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { readGuestRequests } from "@waiter/requests";
import type { Request } from "express";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { credentials } from "../../auth/authorize.ts";

type Deps = Pick<Context, "database" | "tokens" | "menus" | "staffOnline">;

export const createGuestSession = ({ database, tokens, menus, staffOnline }: Deps) =>
  defineRoute("POST /api/guest/sessions", {
    tag: "Guest",
    summary: "Sit down at the table whose code was scanned",
    description: [
      "The answer holds all that a guest's page shows.",
      "Who sends the access token of an earlier session at this table as `Authorization: Bearer` stays the same guest: Idempotency-Keys used before replay their answers, own notes and closed requests are shown, and a live socket takes the new token with `auth:refresh`.",
      "Without it, or with one that has expired or is of another table, a new guest sits down: the same key is a new call, and a socket of the earlier session refuses the token as `unauthorized` and ends with its own.",
    ].join(" "),
    body: contracts.guestSessionBody,
    limits: ["guest_session"],
    errors: ["not_found"],
    answers: { 201: { description: "A session", schema: contracts.guestSessionAnswer } },
    handle: async ({ tenant, body, request }) => {
      const [menu, online] = await Promise.all([
        menus.read(tenant.id),
        staffOnline.read(tenant.id),
      ]);
      const seated = await database.inTenant(
        tenant.id,
        async (tx) => {
          const table = await findTableByToken(tx, body.tableToken);
          if (table === undefined)
            throw new AppError("not_found", {
              detail: "No table of this restaurant has this code.",
            });
          const sessionId =
            earlierSession(request, { tenantId: tenant.id, tableId: table.id }, tokens) ??
            crypto.randomUUIDv7();
          return {
            table,
            sessionId,
            requests: await readGuestRequests(tx, { tableId: table.id, sessionId }),
          };
        },
        { readOnly: true },
      );
      const { table, sessionId, requests } = seated;
      const claims = {
        tid: tenant.id,
        slug: tenant.slug,
        sid: sessionId,
        sub: sessionId,
        table: table.id,
      };
      const { token, expiresAt } = signGuest(claims, tokens.keys, { issuer: tokens.issuer });
      const answer: contracts.GuestSessionAnswer = {
        accessToken: token,
        expiresAt: expiresAt.toISOString(),
        ...menu,
        table,
        requests,
        now: new Date().toISOString(),
        staffOnline: online,
      };
      return { status: 201, body: answer };
    },
  });

/** The session of a token that the guest still holds for the same table; a token of anything else is simply not one. */
function earlierSession(
  request: Request,
  place: { readonly tenantId: string; readonly tableId: string },
  { keys, issuer }: Context["tokens"],
): string | undefined {
  const token = credentials(request, "Bearer");
  if (token === undefined) return undefined;
  try {
    const claims = verifyToken(token, keys, { issuer });
    return claims.aud === "guest" && claims.tid === place.tenantId && claims.table === place.tableId
      ? claims.sub
      : undefined;
  } catch {
    return undefined;
  }
}
