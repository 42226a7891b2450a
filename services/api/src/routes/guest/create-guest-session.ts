import * as crypto from "node:crypto";
import { guestSessionLifetimeS, guestTokenLifetimeS, signGuest, verifyToken } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { findTableByToken, readHead } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { readReach } from "@waiter/ledger";
import { readGuestRequests } from "@waiter/requests";
import { isOpenAt, type Opening } from "@waiter/restaurant";
import type { Request } from "express";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { credentials } from "../../auth/authorize.ts";
import { accessFields } from "../../auth/token-issuer.ts";

type Deps = Pick<Context, "database" | "tokens" | "menus" | "staffOnline">;

export const createGuestSession = ({ database, tokens, menus, staffOnline }: Deps) =>
  defineRoute("POST /api/guest/sessions", {
    tag: "Guest",
    hasSecrets: true,
    summary: "Create a guest session",
    description: [
      "Needs the code of a table. The answer holds everything that a guest's page shows.",
      "The access token lives 30 minutes; send the code again to renew it. A new code ends all sessions of the old one.",
      "Send the access token of an earlier session at this table, up to 4 hours old, as `Authorization: Bearer` to remain the same guest: Idempotency-Keys replay their answers, own notes and closed requests are shown, and a live socket takes the new token with `auth:refresh`.",
      "Without it, the answer is a new guest: the same key is a new request, and a socket of the earlier session refuses the token as `unauthorized`.",
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
      const read = await database.inTenant(
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
          // Read before the requests: the gateway reports any change between the two at joining.
          const head = await readHead(tx);
          return {
            table,
            head,
            sessionId,
            requests: await readGuestRequests(tx, { tableId: table.id, sessionId }),
            reach: await readReach(tx, table.id, online),
          };
        },
        { readOnly: true },
      );
      const { table, head, sessionId, requests, reach } = read;
      const claims = {
        tid: tenant.id,
        slug: tenant.slug,
        sid: sessionId,
        sub: sessionId,
        table: table.id,
        code: table.codeId,
      };
      const access = signGuest(claims, tokens.keys, { issuer: tokens.issuer });
      const answer: contracts.GuestSessionAnswer = {
        ...accessFields(tokens, access, "guest"),
        restaurant: menu.restaurant,
        requestTypes: menu.requestTypes,
        table: { id: table.id, label: table.label },
        requests,
        now: new Date().toISOString(),
        staffOnline: online,
        reach,
        ...head,
        ...shownToGuests(menu.opening),
        ...(table.mutedUntil !== null && { mutedUntil: table.mutedUntil.toISOString() }),
      };
      return { status: 201, body: answer };
    },
  });

/** The settings that a guest's page shows. */
function shownToGuests(opening: Opening): Partial<contracts.GuestSessionAnswer> {
  const { languages, wifi, logoUrl, accent } = opening.settings;
  const { open, opensAt } = isOpenAt(opening, Date.now());
  return {
    open,
    languages,
    ...(opensAt !== undefined && { opensAt: new Date(opensAt).toISOString() }),
    ...(wifi !== null && wifi !== undefined && { wifi }),
    ...(logoUrl !== null && { logoUrl }),
    ...(accent !== null && { accent }),
  };
}

/** The session of a guest token of the same table; undefined for any other token. */
function earlierSession(
  request: Request,
  place: { readonly tenantId: string; readonly tableId: string },
  { keys, issuer }: Context["tokens"],
): string | undefined {
  const token = credentials(request, "Bearer");
  if (token === undefined) return undefined;
  try {
    const claims = verifyToken(token, keys, {
      issuer,
      leewayS: guestSessionLifetimeS - guestTokenLifetimeS,
    });
    return claims.aud === "guest" && claims.tid === place.tenantId && claims.table === place.tableId
      ? claims.sub
      : undefined;
  } catch {
    return undefined;
  }
}
