import { hkdfSync, type KeyObject } from "node:crypto";
import type { KeyRing } from "@waiter/auth";

/**
 * A secret key for one purpose, the same in every api process: derived from the key that signs
 * tokens.
 */
export function deriveKey(keys: KeyRing, purpose: string): Buffer {
  if (keys.signing === undefined) throw new Error(`${purpose}: this process has no signing key`);
  return derive(keys.signing.key, purpose);
}

/** What processes derive whose signing key is another one of the ring: during a rotation. */
export const deriveOtherKeys = (keys: KeyRing, purpose: string): Buffer[] =>
  keys.others.map((key) => derive(key, purpose));

function derive(key: KeyObject, purpose: string): Buffer {
  const material = key.export({ type: "pkcs8", format: "der" });
  return Buffer.from(hkdfSync("sha256", material, "", purpose, 32));
}
