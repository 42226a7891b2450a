import { defaultSeconds, effectivePolicy } from "@waiter/escalation";
import { sql } from "kysely";

/**
 * SQL: the escalation policy of the row of `tenant`, as `effective_policy` answers it. The policy
 * of a new restaurant is a constant here, because a call of the function takes 30 us.
 */
export const tenantPolicy = sql`
  case when tenant.escalation is not null then tenant.escalation
    when tenant.escalation_steps = ${sql.lit(`{${defaultSeconds.join(",")}}`)}::integer[]
      then ${sql.lit(JSON.stringify(effectivePolicy(null, defaultSeconds)))}::jsonb
    else effective_policy(null, tenant.escalation_steps) end`;
