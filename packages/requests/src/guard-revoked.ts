import { sql } from "kysely";
import type { Guard } from "./look-up-key.ts";

/**
 * A guard that reads what ended the tenant's access tokens (sessions, table codes, roles, a
 * suspension) in the command's own transaction. `check` throws what refuses the command, also one
 * that was answered before.
 */
export const guardRevoked = (check: (revoked: ReadonlySet<string>) => void): Guard => ({
  name: "revoked",
  read: (p) => sql`(select tenant_directory.revoked from tenant_directory
    where tenant_directory.id = ${p("tenantId")})`,
  when: "always",
  check: (revoked) => check(new Set(revoked as readonly string[] | null)),
});
