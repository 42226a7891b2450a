import type { ApiConfig } from "../config.ts";
import type { LimitRules } from "./limit-scopes.ts";

type Limits = Pick<
  ApiConfig,
  | "RATE_LIMIT_WINDOW"
  | "RATE_LIMIT_ADDRESS"
  | "RATE_LIMIT_API"
  | "RATE_LIMIT_AUTH"
  | "RATE_LIMIT_GUEST_SESSIONS"
  | "RATE_LIMIT_GUEST_REQUESTS"
>;

/** What the configuration says about each scope. */
export function limitRules(config: Limits): LimitRules {
  const windowMs = config.RATE_LIMIT_WINDOW;
  const rule = (max: number) => ({ max, windowMs });
  return {
    address: rule(config.RATE_LIMIT_ADDRESS),
    auth: rule(config.RATE_LIMIT_AUTH),
    // A check of a password costs a tenth of a second of a core: guessing at many people's is bounded too.
    auth_address: rule(config.RATE_LIMIT_AUTH * 10),
    guest_session: rule(config.RATE_LIMIT_GUEST_SESSIONS),
    guest_read: rule(config.RATE_LIMIT_API),
    guest_write: rule(config.RATE_LIMIT_GUEST_REQUESTS),
    table_write: rule(config.RATE_LIMIT_API),
    staff: rule(config.RATE_LIMIT_API),
    platform: rule(config.RATE_LIMIT_API),
  };
}
