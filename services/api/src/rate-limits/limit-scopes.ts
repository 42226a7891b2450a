/**
 * Scopes of rate limits. Guests count by session, table and tenant first: hundreds of them share
 * one restaurant's address, so the limit by address only stops floods.
 */
export const limitScopes = [
  "address",
  "login_block",
  "login_network",
  "login_device",
  "refresh",
  "guest_session",
  "guest_read",
  "guest_write",
  "table_write",
  "tenant_write",
  "staff",
  "platform",
] as const;
export type LimitScope = (typeof limitScopes)[number];

/** At most `max` in each window of `windowMs`. */
export interface LimitRule {
  readonly max: number;
  readonly windowMs: number;
}
export type LimitRules = Readonly<Record<LimitScope, LimitRule>>;
