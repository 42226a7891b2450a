import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { PersonSubscription } from "./subscriptions.ts";

/** A device that shows a notification of a request that no longer waits. */
interface ShownDevice extends PersonSubscription {
  readonly deliveryId: string;
  /** The person who has the request; undefined once it was cancelled or dismissed. */
  readonly claimer: { readonly id: string; readonly name: string } | undefined;
}

/** Most devices of one request. */
const atMost = 1_000;

/**
 * The living devices that showed a push of a request, whose person did not open it, and to which no
 * push of it went since it was claimed, cancelled or dismissed; none in its other states.
 */
export async function listShown(tx: TenantTransaction, requestId: string): Promise<ShownDevice[]> {
  const { rows } = await sql<Omit<ShownDevice, "claimer"> & { by: string | null; name: string }>`
    select distinct on (s.id) d.id as "deliveryId", s.id, s.staff_id as "staffId", s.endpoint,
      s.p256dh, s.auth, owner.language, claimer.id as by, claimer.name
    from request r
    left join staff claimer on claimer.tenant_id = r.tenant_id and claimer.id = r.claimed_by
      and r.state = 'claimed'
    join delivery d on d.tenant_id = r.tenant_id and d.request_id = r.id
      and d.channel = 'push' and d.state = 'shown'
    join push_receipt p on p.tenant_id = r.tenant_id and p.delivery_id = d.id
      and p.shown_at is not null and p.opened_at is null
    join push_subscription s on s.tenant_id = r.tenant_id and s.id = p.subscription_id
    join staff_session on staff_session.tenant_id = r.tenant_id and staff_session.id = s.session_id
      and staff_session.revoked_at is null and staff_session.expires_at > now()
    join staff owner on owner.tenant_id = r.tenant_id and owner.id = s.staff_id and owner.active
    where r.tenant_id = ${tx.tenantId} and r.id = ${requestId}
      and r.state in ('claimed', 'cancelled', 'dismissed')
      and not exists (select from push_receipt later
        join delivery own on own.tenant_id = later.tenant_id and own.id = later.delivery_id
        where later.tenant_id = r.tenant_id and later.subscription_id = s.id
          and own.request_id = r.id and later.created_at >= coalesce(r.closed_at, r.claimed_at))
    order by s.id, d.created_at desc limit ${atMost}`.execute(tx);
  return rows.map(({ by, name, ...device }) => ({
    ...device,
    claimer: by === null ? undefined : { id: by, name },
  }));
}
