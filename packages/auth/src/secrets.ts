import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * A new bearer secret with 256 bits of randomness: refresh tokens, internal and platform tokens.
 */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The stored hash of a random secret: SHA-256 suffices, because the secret cannot be guessed. */
export const hashSecret = (secret: string): string =>
  createHash("sha256").update(secret).digest("hex");

/** Compares two texts in a time that depends on neither content nor length. */
export function constantTimeEquals(a: string, b: string): boolean {
  return timingSafeEqual(
    createHash("sha256").update(a).digest(),
    createHash("sha256").update(b).digest(),
  );
}
