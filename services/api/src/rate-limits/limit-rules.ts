import type { ApiConfig } from "../config.ts";
import type { LimitRules } from "./limit-scopes.ts";

type Limits = Pick<
  ApiConfig,
  | "RATE_LIMIT_WINDOW"
  | "RATE_LIMIT_ADDRESS"
  | "RATE_LIMIT_API"
  | "RATE_LIMIT_AUTH"
  | "RATE_LIMIT_COSTLY"
  | "RATE_LIMIT_GUEST_SESSIONS"
  | "RATE_LIMIT_GUEST_REQUESTS"
  | "RATE_LIMIT_TABLE"
  | "RATE_LIMIT_TENANT"
  | "RATE_LIMIT_TENANT_READS"
  | "RATE_LIMIT_TENANT_STAFF"
>;

/** The rules of all scopes, from the configuration. */
export function limitRules(config: Limits): LimitRules {
  const windowMs = config.RATE_LIMIT_WINDOW;
  const rule = (max: number) => ({ max, windowMs });
  return {
    address: rule(config.RATE_LIMIT_ADDRESS),
    login_block: rule(config.RATE_LIMIT_AUTH * 10),
    login_network: rule(config.RATE_LIMIT_AUTH * 40),
    login_device: rule(config.RATE_LIMIT_AUTH),
    refresh: rule(config.RATE_LIMIT_AUTH * 10),
    tenant_refresh: rule(config.RATE_LIMIT_TENANT_STAFF),
    guest_session: rule(config.RATE_LIMIT_GUEST_SESSIONS),
    tenant_session: rule(config.RATE_LIMIT_TENANT_READS),
    guest_read: rule(config.RATE_LIMIT_API),
    tenant_read: rule(config.RATE_LIMIT_TENANT_READS),
    guest_write: rule(config.RATE_LIMIT_GUEST_REQUESTS),
    table_write: rule(config.RATE_LIMIT_TABLE),
    tenant_write: rule(config.RATE_LIMIT_TENANT),
    staff: rule(config.RATE_LIMIT_API),
    tenant_staff: rule(config.RATE_LIMIT_TENANT_STAFF),
    costly: rule(config.RATE_LIMIT_COSTLY),
    password: rule(config.RATE_LIMIT_AUTH),
    platform: rule(config.RATE_LIMIT_API),
  };
}
