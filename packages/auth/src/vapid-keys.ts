import { createECDH } from "node:crypto";

/** A new key pair of Web Push (RFC 8292: P-256), both halves in base64url. */
export function generateVapidKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return {
    publicKey: pair.getPublicKey("base64url"),
    // 32 bytes also where the number begins with zeros.
    privateKey: Buffer.from(pair.getPrivateKey("hex").padStart(64, "0"), "hex").toString(
      "base64url",
    ),
  };
}
