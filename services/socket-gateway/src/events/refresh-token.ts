import { ticketOf, verifyTicketed, verifyToken, type KeyRing, type Tickets } from "@waiter/auth";
import {
  callerOf,
  refreshMessage,
  revocable,
  type Claims,
  type RefreshAnswer,
} from "@waiter/contracts";
import { AppError, validate } from "@waiter/errors";
import type { SessionSockets } from "../connections/session-sockets.ts";
import type { TokenExpiries } from "../connections/token-expiries.ts";
import type { RevokedSessions } from "../handshake/revoked-sessions.ts";
import type { Session } from "../handshake/session.ts";
import type { SocketEvent } from "./socket-event.ts";

export interface RefreshDeps {
  readonly keys: KeyRing;
  readonly tickets: Tickets;
  /** DOMAIN_URL. */
  readonly issuer: string;
  readonly revoked: RevokedSessions;
  readonly sessions: SessionSockets;
  readonly expiries: TokenExpiries;
}

/**
 * `auth:refresh` {token, ticket?} -> {ok, expiresAt, ticket?}: extends the socket's life to the new
 * token's. A valid ticket replaces the signature check alone; the answer then holds none.
 */
export const refreshToken = (deps: RefreshDeps): SocketEvent<Session, "auth:refresh"> => ({
  name: "auth:refresh",
  handle: (session, payload, socket): RefreshAnswer => {
    const { token, ticket: shown } = validate(refreshMessage, payload);
    const { keys, tickets, issuer } = deps;
    const { audience } = session;
    const ticketed =
      shown === undefined
        ? undefined
        : verifyTicketed(token, keys, { ticket: shown, tickets, audience, issuer });
    const claims = ticketed ?? verifyToken(token, keys, { issuer });
    if (!isSameSession(claims, session))
      throw new AppError("unauthorized", { detail: "This token belongs to another session." });
    const end = deps.revoked.endOf(claims.tid, revocable(claims));
    if (end !== undefined) throw new AppError(end);
    // Polling brings a message and the end in one body; what the end removed must stay removed.
    if (!socket.connected) throw new AppError("unauthorized");
    session.token = token;
    // Revocations find the socket by what its token names.
    deps.sessions.remove(socket);
    deps.expiries.remove(socket);
    if (session.audience === "guest" && claims.aud === "guest") session.code = claims.code;
    if (session.audience === "staff" && claims.aud === "staff")
      session.roleId = claims.rid ?? claims.sub;
    session.expiresAt = claims.exp * 1_000;
    deps.sessions.add(socket);
    deps.expiries.add(socket);
    session.caller = callerOf(claims);
    const ticket = ticketed === undefined ? ticketOf(token, keys, tickets, audience) : undefined;
    return { ok: true, expiresAt: new Date(session.expiresAt).toISOString(), ticket };
  },
});

/** Rooms and presence depend on these claims, so none of them may change. */
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
