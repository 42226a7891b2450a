import { createPublicKey } from "node:crypto";
import type { LicenseStatus } from "@waiter/contracts";
import jwt from "jsonwebtoken";

/** The public key of the licence signer. Verification needs no network. */
export const licensePublicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJksMjh44VYlRCw5wrh5bCCiKISvT
UVh/xL13Dm7hhNAOdEFRy426uxdVjzJEqTXYDd3eBXKNl+dZXxsa/DXgxw==
-----END PUBLIC KEY-----
`;

export interface License {
  readonly status: LicenseStatus;
  /** The holder (`sub`). */
  readonly licensee?: string;
  readonly expiresAt?: Date;
}

/**
 * Checks a LICENSE_KEY: a JWT signed with ES256, `iss` "waiter-license", with `sub` and `exp`.
 * Never throws: an invalid licence shows in health and metrics and stops nothing. Call it again
 * from time to time, because a valid licence expires.
 */
export function verifyLicense(
  key: string | undefined,
  publicKey: string = licensePublicKey,
  now: number = Date.now(),
): License {
  if (key === undefined || key.trim() === "") return { status: "missing" };
  try {
    const claims = jwt.verify(key.trim(), createPublicKey(publicKey), {
      algorithms: ["ES256"],
      issuer: "waiter-license",
      ignoreExpiration: true,
    });
    if (typeof claims === "string" || typeof claims.exp !== "number") return { status: "invalid" };
    const expiresAt = new Date(claims.exp * 1_000);
    return {
      status: expiresAt.getTime() > now ? "valid" : "expired",
      expiresAt,
      ...(claims.sub === undefined ? {} : { licensee: claims.sub }),
    };
  } catch {
    return { status: "invalid" };
  }
}

/** Signs a licence; for the holder of the private key, and for tests. */
export function signLicense(licensee: string, expiresAt: Date, privatePem: string): string {
  return jwt.sign(
    { sub: licensee, iss: "waiter-license", exp: Math.floor(expiresAt.getTime() / 1_000) },
    privatePem,
    { algorithm: "ES256" },
  );
}
