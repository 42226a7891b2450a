import * as crypto from "node:crypto";
import { hashSecret } from "@waiter/auth";
import type { StaffMember } from "@waiter/contracts";
import {
  createStaffSession,
  endOldestSessions,
  findStaffSession,
  isStaffSessionAlive,
  readTokenStates,
  revokeStaffSession,
  rotateStaffSession,
  type TenantTransaction,
} from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { RefreshToken, SecretChain } from "./refresh-token.ts";

/** How long sessions live, and how many a person may have. */
export interface SessionRules {
  /** Life without a refresh, s. */
  readonly lifetimeS: number;
  /** End however often it is refreshed, s from the login. */
  readonly maxLifetimeS: number;
  readonly perPerson: number;
}

/**
 * Grace period after a rotation, s: the previous refresh token still works (two tabs, a lost
 * response); later reuse counts as theft. The SDK gives up an answer after 10 s and retries several
 * times within this.
 *
 * The price (RFC 9700, section 4.14.2): a stolen previous token gets the current one within this
 * time. The theft stays undetected only while each refresh of the copy falls within this time of
 * the owner's. A retry does not prolong it.
 */
export const refreshGraceS = 120;

/** A person as access tokens name them. */
export interface SessionStaff extends StaffMember {
  /** Generation of the role. */
  readonly roleId: string;
}

/** The device that a session is of, where it is known. */
export interface SessionDevice {
  readonly deviceName?: string | null;
  readonly invitationId?: string;
}

/**
 * Begins a session of a staff member. Beyond `perPerson`, the least recently used sessions end;
 * `ended` names them.
 * @throws {AppError} `unauthorized` for a person who was deactivated since the caller looked.
 */
export async function createSession(
  tx: TenantTransaction,
  staffId: string,
  chain: SecretChain,
  rules: SessionRules,
  device: SessionDevice = {},
): Promise<{ readonly token: RefreshToken; readonly ended: readonly string[] }> {
  const sid = crypto.randomUUIDv7();
  const token = { sid, secret: chain.first(sid) };
  const isActive = await createStaffSession(tx, {
    id: sid,
    staffId,
    tokenHash: hashSecret(token.secret),
    lifetimeS: Math.min(rules.lifetimeS, rules.maxLifetimeS),
    ...device,
  });
  if (!isActive) throw new AppError("unauthorized", { detail: "This person is not active." });
  return { token, ended: await endOldestSessions(tx, { staffId, keep: rules.perPerson }) };
}

export type Rotated =
  | { readonly outcome: "rotated"; readonly token: RefreshToken; readonly staff: SessionStaff }
  /** No such session, or it had ended. */
  | { readonly outcome: "refused" }
  /**
   * An earlier token of the session came back: it was copied, so the session was ended, in this
   * transaction.
   */
  | { readonly outcome: "reused"; readonly sid: string };

/**
 * Trades a refresh token for the next one of its session. Of several (the cookies of two releases)
 * the current one counts, of two current ones that of the newer session: a stale twin beside it is
 * no reuse. A session without a name gets `deviceName`.
 */
export async function rotateSession(
  tx: TenantTransaction,
  tokens: readonly RefreshToken[],
  chain: SecretChain,
  rules: SessionRules,
  deviceName: string | null = null,
): Promise<Rotated> {
  const presented = await best(tx, tokens);
  if (presented === undefined) return { outcome: "refused" };
  const { sid, secret } = presented;
  const next = new Map(
    [chain.next(secret), ...chain.twins(secret)].map((one) => [hashSecret(one), one] as const),
  );
  const rotation = await rotateStaffSession(tx, {
    presentedHash: hashSecret(secret),
    nextHashes: [...next.keys()],
    lifetimeS: rules.lifetimeS,
    maxLifetimeS: rules.maxLifetimeS,
    graceS: refreshGraceS,
    deviceName,
  });
  if (rotation.status === "rotated") {
    const { id, name, role, roleId } = rotation.staff;
    const token = { sid, secret: next.get(rotation.tokenHash) ?? chain.next(secret) };
    return { outcome: "rotated", token, staff: { id, name, role, roleId } };
  }
  if (rotation.status === "reused") return { outcome: "reused", sid };
  // Older than the two that are stored. The sid alone proves nothing: it is in every access token.
  // The chain is searched for a living session alone: an invented sid would cost as much.
  const isOurs = (await isStaffSessionAlive(tx, sid)) && chain.includes(presented);
  return isOurs && (await revokeStaffSession(tx, sid))
    ? { outcome: "reused", sid }
    : { outcome: "refused" };
}

const ranks = { current: 0, previous: 1, unknown: 2 } as const;

async function best(
  tx: TenantTransaction,
  tokens: readonly RefreshToken[],
): Promise<RefreshToken | undefined> {
  if (tokens.length < 2) return tokens[0];
  const states = await readTokenStates(
    tx,
    tokens.map(({ secret }) => hashSecret(secret)),
  );
  const rank = ({ secret }: RefreshToken): number =>
    ranks[states.get(hashSecret(secret)) ?? "unknown"];
  return tokens.toSorted((a, b) => rank(a) - rank(b) || (a.sid < b.sid ? 1 : -1))[0];
}

/**
 * Ends the session that a refresh token belongs to, if it is one of its two latest; the session's
 * id when it was alive.
 */
export async function endSession(
  tx: TenantTransaction,
  { secret }: RefreshToken,
): Promise<string | undefined> {
  const session = await findStaffSession(tx, hashSecret(secret));
  return session !== undefined && (await revokeStaffSession(tx, session.id))
    ? session.id
    : undefined;
}
