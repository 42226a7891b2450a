import { ECDH } from "node:crypto";

/**
 * Whether a subscription's `p256dh` is an uncompressed point of P-256 (RFC 8291): to another key no
 * push can be encrypted.
 */
export function isDeviceKey(p256dh: string): boolean {
  try {
    const point = Buffer.from(p256dh, "base64url");
    ECDH.convertKey(point, "prime256v1", undefined, undefined, "uncompressed");
    return point[0] === 4;
  } catch {
    return false;
  }
}
