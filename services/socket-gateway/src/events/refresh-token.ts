import { verifyToken, type KeyRing } from "@waiter/auth";
import { refreshMessage, type Claims, type RefreshAnswer } from "@waiter/contracts";
import { AppError, validate } from "@waiter/errors";
import type { RevokedSessions } from "../handshake/revoked-sessions.ts";
import type { Session } from "../handshake/session.ts";
import type { SocketEvent } from "./socket-event.ts";

export interface RefreshDeps {
  readonly keys: KeyRing;
  /** DOMAIN_URL. */
  readonly issuer: string;
  readonly revoked: RevokedSessions;
}

/** `auth:refresh` {token} -> {ok, expiresAt}: the socket lives as long as the newer token of the same session. */
export const refreshToken = (deps: RefreshDeps): SocketEvent<Session> => ({
  name: "auth:refresh",
  handle: (session, payload): RefreshAnswer => {
    const { token } = validate(refreshMessage, payload);
    const claims = verifyToken(token, deps.keys, { issuer: deps.issuer });
    if (!isSameSession(claims, session))
      throw new AppError("unauthorized", { detail: "This token is of another session." });
    if (deps.revoked.isRevoked(claims.tid, claims.sid))
      throw new AppError("unauthorized", { detail: "This session has ended." });
    session.token = token;
    session.expiresAt = claims.exp * 1_000;
    return { ok: true, expiresAt: new Date(session.expiresAt).toISOString() };
  },
});

/** The rooms and the presence of a socket follow from these, so none of them may change under it. */
function isSameSession(claims: Claims, session: Session): boolean {
  if (
    claims.tid !== session.tenantId ||
    claims.sid !== session.sid ||
    claims.aud !== session.audience
  )
    return false;
  return claims.aud === "staff"
    ? session.audience === "staff" && claims.sub === session.staffId
    : session.audience === "guest" && claims.table === session.tableId;
}
