import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { roundSeq } from "./save-screens.ts";

/** A screen that was touched within this time has a person in front of it, seconds. */
const touchedWithinS = 120;

/**
 * A push of a round's first step is not sent where a screen of that person showed the request:
 * visible, with working sound, touched within two minutes. The row becomes `shown` on the channel
 * `socket`. Returns the ids of those withheld.
 */
export async function withholdPushes(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    update delivery set channel = 'socket', state = 'shown', shown_at = screen.seen_at,
      session_id = screen.session_id
    from screen
    where delivery.tenant_id = ${tx.tenantId} and delivery.id = any(${[...ids]}::uuid[])
      and delivery.channel = 'push' and delivery.state = 'due'
      and delivery.due_at > delivery.created_at
      and screen.tenant_id = delivery.tenant_id and screen.staff_id = delivery.staff_id
      and screen.visible and screen.audible
      and screen.touched_at > screen.seen_at - make_interval(secs => ${touchedWithinS})
      and screen.seen_at > delivery.created_at - interval '1 minute'
      and screen.seq >= ${roundSeq(tx)}
    returning delivery.id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}
