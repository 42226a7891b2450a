import { sql, type RawBuilder } from "kysely";
import type { Param } from "@waiter/database";
import type { Guard } from "./look-up-key.ts";

/**
 * A guard that reads what ended the tenant's access tokens (sessions of staff, table codes, roles,
 * a suspension) in the command's own transaction. Sessions of staff end no token of a `guest`, and
 * are not read for it. `check` throws what refuses the command, also after it was answered.
 *
 * `revoked` of `tenant_directory` holds the same ids; that view reads the tenant's row again, and
 * its counter.
 */
export const guardRevoked = (
  caller: "guest" | "staff",
  check: (revoked: ReadonlySet<string>) => void,
): Guard => ({
  name: caller === "guest" ? "revoked_codes" : "revoked",
  read: caller === "guest" ? endedForGuests : endedForStaff,
  when: "always",
  check: (revoked) => check(new Set(revoked as readonly string[] | null)),
});

type TenantParam = Param<Record<string, unknown>>;

const endedForGuests = (p: TenantParam) => withSuspension(endedCodes(p));
const endedForStaff = (p: TenantParam) =>
  withSuspension(sql`
    select ended.id from staff_session ended
    where ended.tenant_id = ${p("tenantId")} and ended.revoked_at > now() - interval '20 minutes'
    union all ${endedCodes(p)}`);

/** Codes of tables, and generations of roles. */
const endedCodes = (p: TenantParam) => sql`
  select ended.id from retired_code ended
  where ended.tenant_id = ${p("tenantId")} and ended.retired_at > now() - interval '40 minutes'`;

const withSuspension = (ids: RawBuilder<unknown>) => sql`
  array(${ids}) || case when tenant.suspended_at is not null then array[tenant.id] end`;
