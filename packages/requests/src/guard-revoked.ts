import { sql } from "kysely";
import type { Guard } from "./look-up-key.ts";

/**
 * A guard that reads what ended the tenant's access tokens (sessions, table codes, roles, a
 * suspension) in the command's own transaction. `check` throws what refuses the command, also one
 * that was answered before.
 *
 * `revoked` of `tenant_directory` holds the same ids; that view reads the tenant's row again, and
 * its counter.
 */
export const guardRevoked = (check: (revoked: ReadonlySet<string>) => void): Guard => ({
  name: "revoked",
  read: (p) => sql`array(
    select ended.id from staff_session ended
    where ended.tenant_id = ${p("tenantId")} and ended.revoked_at > now() - interval '20 minutes'
    union all
    select ended.id from retired_code ended
    where ended.tenant_id = ${p("tenantId")} and ended.retired_at > now() - interval '40 minutes'
    union all
    select tenant.id where tenant.suspended_at is not null)`,
  when: "always",
  check: (revoked) => check(new Set(revoked as readonly string[] | null)),
});
