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
  "tenant_refresh",
  "guest_session",
  "tenant_session",
  "guest_read",
  "tenant_read",
  "guest_write",
  "table_write",
  "tenant_write",
  "staff",
  "tenant_staff",
  "costly",
  "password",
  "platform",
] as const;
export type LimitScope = (typeof limitScopes)[number];

/** Scopes of callers with a session: every request counts, and the tenant is known. */
const chainedScopes = [
  "guest_read",
  "tenant_read",
  "guest_write",
  "table_write",
  "tenant_write",
  "staff",
  "tenant_staff",
  "costly",
  "password",
] as const;
export type ChainedScope = (typeof chainedScopes)[number];
export type SingleScope = Exclude<LimitScope, ChainedScope>;

/** Whether a scope is counted together with the others of its route. */
export const isChained = (scope: LimitScope): scope is ChainedScope =>
  (chainedScopes as readonly LimitScope[]).includes(scope);
export const isSingle = (scope: LimitScope): scope is SingleScope => !isChained(scope);

/** The wider scopes that count a caller too, the narrowest first. */
const widerScopes: Partial<Record<LimitScope, readonly LimitScope[]>> = {
  guest_session: ["tenant_session"],
  guest_read: ["tenant_read"],
  guest_write: ["table_write", "tenant_write"],
  staff: ["tenant_staff"],
  refresh: ["tenant_refresh"],
};

/**
 * The scopes of a route with the wider ones of each: one tenant's many callers cannot take what the
 * other tenants need, whatever route they use.
 */
export const withWiderScopes = (scopes: readonly LimitScope[]): LimitScope[] =>
  scopes.flatMap((scope) => [scope, ...(widerScopes[scope] ?? [])]);

/** At most `max` in each window of `windowMs`. */
export interface LimitRule {
  readonly max: number;
  readonly windowMs: number;
}
export type LimitRules = Readonly<Record<LimitScope, LimitRule>>;
