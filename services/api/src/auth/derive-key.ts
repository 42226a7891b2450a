import { hkdfSync } from "node:crypto";
import type { KeyRing } from "@waiter/auth";

/**
 * A secret key for one purpose, the same in every api process: derived from the key that signs
 * tokens.
 */
export function deriveKey(keys: KeyRing, purpose: string): Buffer {
  if (keys.signing === undefined) throw new Error(`${purpose}: this process has no signing key`);
  const material = keys.signing.key.export({ type: "pkcs8", format: "der" });
  return Buffer.from(hkdfSync("sha256", material, "", purpose, 32));
}
