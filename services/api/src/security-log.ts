import { createHash } from "node:crypto";
import type { Logger } from "@waiter/logger";

/**
 * What the security log records. The metric `waiter_security_events_total` counts the same names.
 */
export const securityEvents = [
  "login_succeeded",
  "login_failed",
  "refresh_reused",
  "session_revoked",
  "role_changed",
  "person_deactivated",
  "invitation_made",
  "invitation_used",
  "table_code_rotated",
  "origin_refused",
  "limit_reached",
  "token_refused",
  "tenant_created",
  "tenant_suspended",
  "tenant_resumed",
  "tenant_exported",
  "tenant_deleted",
  "person_exported",
  "person_erased",
] as const;
export type SecurityEvent = (typeof securityEvents)[number];

export interface SecurityFacts {
  readonly tenantId?: string | undefined;
  /** Whom it is about. */
  readonly staffId?: string;
  /** Who did it, where that is another: a person's id, a platform token's name, a command's user. */
  readonly by?: string | undefined;
  readonly sid?: string;
  readonly tableId?: string;
  /** Normalized e-mail address; only its hash is written. */
  readonly account?: string;
  /** Address block of the caller; only its hash is written. */
  readonly block?: string;
  readonly scope?: string;
  readonly role?: string;
  readonly reason?: string;
}

export interface SecurityLog {
  note(event: SecurityEvent, facts: SecurityFacts): void;
}

/**
 * Lines of the logger `security` (OWASP ASVS 16.3). They hold no token, password, code, e-mail or
 * network address: account and address are keyed hashes, equal for equal values in every api.
 */
export function createSecurityLog(
  logger: Logger,
  { salt, count }: { readonly salt: string; readonly count: (event: SecurityEvent) => void },
): SecurityLog {
  const lines = logger.child({ log: "security" });
  const hash = (text: string): string =>
    createHash("sha256").update(`${salt} ${text}`).digest("base64url").slice(0, 16);
  return {
    note(event, { account, block, tenantId, ...facts }) {
      count(event);
      lines.info(`security: ${event}`, {
        event,
        ...facts,
        ...(tenantId !== undefined && { tenant: tenantId }),
        ...(account !== undefined && { account: hash(`${tenantId} ${account}`) }),
        ...(block !== undefined && { address: hash(block) }),
      });
    },
  };
}
