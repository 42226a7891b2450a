import {
  tenantLabel,
  ticketOf,
  verifyTicketed,
  verifyToken,
  verifyTokenAside,
  type KeyRing,
  type Tickets,
} from "@waiter/auth";
import { callerOf, handshakeAuth, revocable, type Claims, type Head } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { JoinTurns } from "./join-turns.ts";
import type { Session } from "./session.ts";
import type { RevokedSessions } from "./revoked-sessions.ts";
import type { TenantDirectory } from "./tenant-directory.ts";
import type { TurnBudget } from "./turn-budget.ts";

export interface AuthenticateDeps {
  readonly domainUrl: string;
  readonly keys: KeyRing;
  readonly tickets: Tickets;
  /** For signatures on this thread: a hop to the thread pool costs half as much as the check. */
  readonly signatures: TurnBudget;
  readonly directory: TenantDirectory;
  readonly revoked: RevokedSessions;
  /** For those who waited for answers, which arrive together: about many restaurants, or to many. */
  readonly joins: JoinTurns;
}

/** A client's request to join a namespace. */
export interface Handshake {
  readonly host: string | undefined;
  readonly address: string;
  readonly auth: unknown;
}

/**
 * Authenticates a handshake: the token must be of the namespace's audience, signed by a current
 * key, not expired, not revoked, and of the tenant whose host the client used (G4). A valid ticket
 * replaces the signature check alone.
 * @throws {AppError} `unauthorized`, `token_expired`, `tenant_unknown`, `tenant_mismatch`,
 * `tenant_suspended`.
 */
export async function authenticate(
  audience: Session["audience"],
  { host, address, auth }: Handshake,
  deps: AuthenticateDeps,
): Promise<Session> {
  const label = tenantLabel(host, deps.domainUrl);
  if (label.kind !== "tenant") throw new AppError("tenant_unknown");
  const handshake = handshakeAuth.safeParse(auth);
  if (!handshake.success) throw new AppError("unauthorized");
  const { token, ticket, epoch, seq } = handshake.data;
  const { keys, tickets, domainUrl: issuer } = deps;
  const ticketed =
    ticket === undefined
      ? undefined
      : verifyTicketed(token, keys, { ticket, tickets, audience, issuer });
  const claims =
    ticketed ??
    (deps.signatures.isSpent
      ? await verifyTokenAside(token, keys, { issuer })
      : deps.signatures.run(() => verifyToken(token, keys, { issuer })));
  if (claims.aud !== audience)
    throw new AppError("unauthorized", { detail: `This token is not for ${audience}.` });
  if (claims.slug !== label.slug)
    throw new AppError(
      (await deps.directory.exists(label.slug)) ? "tenant_mismatch" : "tenant_unknown",
    );
  // Awaits only what is not known: most handshakes then take one turn of the microtasks.
  const isOwn =
    deps.directory.isKnown(label.slug, claims.tid) ||
    (await deps.directory.isOf(label.slug, claims.tid));
  if (isOwn === "suspended") throw new AppError("tenant_suspended");
  if (isOwn !== true)
    throw new AppError(isOwn === undefined ? "tenant_unknown" : "tenant_mismatch");
  const loading = deps.revoked.load(claims.tid);
  if (loading !== undefined) {
    await loading;
    await deps.joins.wait();
  }
  const end = deps.revoked.endOf(claims.tid, revocable(claims));
  if (end !== undefined) throw new AppError(end);
  const position = epoch === undefined || seq === undefined ? undefined : { epoch, seq };
  const next = ticketed === undefined ? ticketOf(token, keys, tickets, audience) : undefined;
  return toSession(claims, { token, address, ticket: next }, position);
}

function toSession(
  claims: Claims,
  own: Pick<Session, "token" | "address" | "ticket">,
  position: Head | undefined,
): Session {
  const base = {
    tenantId: claims.tid,
    slug: claims.slug,
    sid: claims.sid,
    caller: callerOf(claims),
    expiresAt: claims.exp * 1_000,
    ...own,
  };
  return claims.aud === "staff"
    ? { audience: "staff", ...base, staffId: claims.sub, roleId: claims.rid ?? claims.sub }
    : { audience: "guest", ...base, tableId: claims.table, code: claims.code, position };
}
