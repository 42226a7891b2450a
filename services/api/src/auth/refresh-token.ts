import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyRing } from "@waiter/auth";
import { deriveKey, deriveOtherKeys } from "./derive-key.ts";

/**
 * A refresh token: `sid.secret`. The sid finds the session's row; of the secret only a hash is
 * stored.
 */
export interface RefreshToken {
  readonly sid: string;
  readonly secret: string;
}

const shape = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([\w-]{43})$/;

export const formatRefreshToken = ({ sid, secret }: RefreshToken): string => `${sid}.${secret}`;
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, sid, secret] = shape.exec(text) ?? [];
  return sid === undefined || secret === undefined ? undefined : { sid, secret };
}

/**
 * The secrets of a session: each is an HMAC of the one before, the first one of the sid, with a key
 * that only api processes hold. Two tabs that refresh at once, and a phone that lost the answer,
 * therefore get the same token; neither an old token nor the database's content suffices to make
 * the next; and a token can be proved to be an earlier one of its session.
 */
export interface SecretChain {
  first(sid: string): string;
  next(secret: string): string;
  /** The next ones by the ring's other keys: an api with another signing key gave one of them. */
  twins(secret: string): readonly string[];
  /**
   * Whether this was an earlier token of its session. Costs about 2 us per minute of the session's
   * age, at most 40 ms.
   */
  includes(token: RefreshToken): boolean;
}

/**
 * Tokens that are looked at: one per minute of the session's age, which its sid (a UUID v7) tells,
 * and some.
 */
const longestChain = 18_000;
const extraTokens = 100;
const chainLength = (sid: string): number => {
  const begun = Number.parseInt(sid.replaceAll("-", "").slice(0, 12), 16);
  const minutes = Math.floor((Date.now() - begun) / 60_000);
  return Math.max(0, Math.min(longestChain, minutes + extraTokens));
};

export function secretChain(keys: KeyRing): SecretChain {
  const purpose = "waiter refresh tokens";
  const key = deriveKey(keys, purpose);
  const others = deriveOtherKeys(keys, purpose);
  const after = (secret: string, by: Buffer): string =>
    createHmac("sha256", by).update(secret).digest("base64url");
  const next = (secret: string): string => after(secret, key);
  const first = (sid: string): string => next(`first of ${sid}`);
  return {
    first,
    next,
    twins: (secret) => others.map((other) => after(secret, other)),
    includes: ({ sid, secret }) => {
      const wanted = Buffer.from(secret);
      let link = first(sid);
      for (let left = chainLength(sid); left > 0; left--, link = next(link))
        if (timingSafeEqual(Buffer.from(link), wanted)) return true;
      return false;
    },
  };
}
