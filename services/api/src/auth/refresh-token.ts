import { createHmac, hkdfSync } from "node:crypto";
import { newSecret, type KeyRing } from "@waiter/auth";

/** A refresh token: `sid.secret`. The sid finds the session's row, the secret is stored only as a hash. */
export interface RefreshToken {
  readonly sid: string;
  readonly secret: string;
}

const shape = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([\w-]{43})$/;

export const firstSecret = newSecret;
export const formatRefreshToken = ({ sid, secret }: RefreshToken): string => `${sid}.${secret}`;
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, sid, secret] = shape.exec(text) ?? [];
  return sid === undefined || secret === undefined ? undefined : { sid, secret };
}

/** Makes the secret that follows another. */
export type NextSecret = (secret: string) => string;

/**
 * The secret after this one, made with a key that only api processes hold. Because it is the same each time, two tabs that
 * refresh at once, and a phone that lost the answer and asks again, are all given the same token; yet neither an old token
 * nor the database's content is enough to make the next.
 */
export function secretChain(keys: KeyRing): NextSecret {
  if (keys.signing === undefined) throw new Error("refresh tokens need a signing key");
  const material = keys.signing.key.export({ type: "pkcs8", format: "der" });
  const key = Buffer.from(hkdfSync("sha256", material, "", "waiter refresh tokens", 32));
  return (secret) => createHmac("sha256", key).update(secret).digest("base64url");
}
