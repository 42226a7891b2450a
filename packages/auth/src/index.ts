export { addressBlock } from "./client-address.ts";
export { generateKeys, loadKeys, type KeyRing } from "./key-ring.ts";
/** @testonly */
export { signLicense } from "./license.ts";
export { verifyLicense, type License } from "./license.ts";
export { hashPassword, verifyPassword } from "./passwords.ts";
export { constantTimeEquals, hashSecret, newSecret } from "./secrets.ts";
export { isTenantSlug, tenantLabel, tenantOrigin, type TenantLabel } from "./tenant-label.ts";
export { Tickets } from "./tickets.ts";
export {
  checkTimes,
  guestSessionLifetimeS,
  guestTokenLifetimeS,
  signGuest,
  signStaff,
  staffTokenLifetimeS,
  ticketOf,
  verifyTicketed,
  verifyToken,
  verifyTokenAside,
  type SignedToken,
} from "./tokens.ts";
export { generateVapidKeys } from "./vapid-keys.ts";
export { TrustedProxies } from "./trusted-proxies.ts";
/** @testonly */
export { normalizeAddress } from "./client-address.ts";
