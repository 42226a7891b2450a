/**
 * What is counted, and by what. Guests count by session and by table first: hundreds of them share one restaurant's
 * address, so the address' own limit only stops floods.
 */
export const limitScopes = [
  "address",
  "auth",
  "auth_address",
  "guest_session",
  "guest_read",
  "guest_write",
  "table_write",
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
