export { generateKeys, loadKeys, type KeyRing, type PublicJwk } from "./key-ring.ts";
export { licensePublicKey, signLicense, verifyLicense, type License } from "./license.ts";
export { hashPassword, verifyPassword } from "./passwords.ts";
export { may, permissions, type Permission } from "./roles.ts";
export { constantTimeEquals, hashSecret, newSecret } from "./secrets.ts";
export {
  isTenantSlug,
  reservedLabels,
  tenantLabel,
  tenantOrigin,
  type TenantLabel,
} from "./tenant-label.ts";
export {
  guestTokenLifetimeS,
  signGuest,
  signStaff,
  staffTokenLifetimeS,
  verifyToken,
  verifyTokenAside,
  type GuestSession,
  type SignedToken,
  type SignOptions,
  type StaffSession,
  type VerifyOptions,
} from "./tokens.ts";
