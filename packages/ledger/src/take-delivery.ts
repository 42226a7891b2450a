import type { DeliveryChannel } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { recordDelivery } from "./record-delivery.ts";
import { withholdPush } from "./withhold-push.ts";

/** What a sender needs to know of a row. */
export interface TakenDelivery {
  readonly id: string;
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
  /** Absent on a channel of the restaurant. */
  readonly staffId: string | null;
  readonly channel: DeliveryChannel;
  readonly createdAt: Date;
  /** Whole seconds until the next step: the time to live of a push. At least 1. */
  readonly ttlS: number;
}

/**
 * - `send`: the row is due, and its request still waits in this round and at this step.
 * - `early`: try again in `inMs`, by Postgres' clock.
 * - `over`: nothing to send; the row has ended, or ended now.
 */
export type Taken =
  | { readonly status: "send"; readonly delivery: TakenDelivery }
  | { readonly status: "early"; readonly inMs: number }
  | { readonly status: "over" };

/**
 * Reads a row for its sender. Supersedes it where the request was taken, was closed or has gone on
 * to a later step or round, unless a manager sent it again, fails it where it expired, and
 * withholds the first push of a person whose screen showed the request. May be called any number of
 * times.
 */
export async function takeDelivery(tx: TenantTransaction, id: string): Promise<Taken> {
  const { rows } = await sql<Row>`
    select d.id, d.request_id as "requestId", d.round, d.step, d.staff_id as "staffId", d.channel,
      d.created_at as "createdAt", d.state <> 'due' as ended,
      r.state <> 'new' as taken,
      d.replayed_at is null and (r.round <> d.round or r.level <> d.step) as "isPast",
      d.expires_at <= clock_timestamp() as expired,
      greatest(1, floor(extract(epoch from d.expires_at - clock_timestamp())))::int as "ttlS",
      greatest(0, ceil(1000 * extract(epoch from d.due_at - clock_timestamp())))::float8 as "inMs"
    from delivery d join request r on r.tenant_id = d.tenant_id and r.id = d.request_id
    where d.tenant_id = ${tx.tenantId} and d.id = ${id} for no key update of d`.execute(tx);
  const [row] = rows;
  if (row === undefined || row.ended) return { status: "over" };
  if (row.taken || row.isPast) {
    const reason = row.taken ? "taken" : "later_step";
    await recordDelivery(tx, id, { state: "superseded", reason });
    return { status: "over" };
  }
  if (row.expired) {
    await recordDelivery(tx, id, { state: "failed", reason: "expired" });
    return { status: "over" };
  }
  if (row.inMs > 0) return { status: "early", inMs: row.inMs };
  if (row.channel === "push" && (await withholdPush(tx, id))) return { status: "over" };
  const { ended: _e, taken: _t, isPast: _p, expired: _x, inMs: _i, ...delivery } = row;
  return { status: "send", delivery };
}

interface Row extends TakenDelivery {
  readonly ended: boolean;
  readonly taken: boolean;
  readonly isPast: boolean;
  readonly expired: boolean;
  readonly inMs: number;
}
