import type { DeliveryChannel } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { recordDeliveries } from "./record-delivery.ts";
import { withholdPushes } from "./withhold-pushes.ts";

/** What a sender needs to know of a row. */
export interface TakenDelivery {
  readonly id: string;
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
  /** Absent on a channel of the restaurant. */
  readonly staffId: string | null;
  readonly channel: DeliveryChannel;
  /** Tries that count, before this one. */
  readonly tries: number;
  /** Calls were made for the row, or its worker died before it made them. */
  readonly wasTried: boolean;
  readonly createdAt: Date;
  /** Whole seconds until the next step: the time to live of a push. At least 1. */
  readonly ttlS: number;
}

/**
 * - `send`: the row is due, and its request still waits in this round and at this step.
 * - `early`: try again in `inMs`, by Postgres' clock.
 * - `over`: nothing to send; the row has ended, or ended now. `failed`: it ended now, because its
 *   step was over before it was sent.
 */
export type Taken =
  | { readonly status: "send"; readonly delivery: TakenDelivery }
  | { readonly status: "early"; readonly inMs: number }
  | { readonly status: "over"; readonly failed?: Pick<TakenDelivery, "channel" | "createdAt"> };

const superseding = ["taken", "later_step", "tenant_suspended"] as const;

/**
 * Reads rows of one tenant for their sender; an id without an answer has no row. Supersedes the
 * rows whose request was taken, was closed or has gone on to a later step or round, unless a
 * manager sent them again, and those of a suspended restaurant; fails the expired ones, and
 * withholds the first push of a person whose screen showed the request. May be called any number of
 * times.
 */
export async function takeDeliveries(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Taken>> {
  const { rows } = await sql<Row>`
    select d.id, d.request_id as "requestId", d.round, d.step, d.staff_id as "staffId", d.channel,
      d.tries, d.tried_at is not null or d.attempts > 0 as "wasTried", d.created_at as "createdAt",
      case
        when d.state <> 'due' then 'ended'
        when r.state <> 'new' then 'taken'
        when n.suspended_at is not null or n.deleted_at is not null then 'tenant_suspended'
        when d.replayed_at is null and (r.round <> d.round or r.level <> d.step) then 'later_step'
        when d.expires_at <= clock_timestamp() then 'expired'
        else 'due' end as status,
      greatest(1, floor(extract(epoch from d.expires_at - clock_timestamp())))::int as "ttlS",
      greatest(0, ceil(1000 * extract(epoch from d.due_at - clock_timestamp())))::float8 as "inMs",
      d.channel = 'push' and d.replayed_at is null and d.due_at > d.created_at as "wasHeld"
    from delivery d
    join request r on r.tenant_id = d.tenant_id and r.id = d.request_id
    join tenant n on n.id = d.tenant_id
    where d.tenant_id = ${tx.tenantId} and d.id = any(${[...ids]}::uuid[])
    order by d.id for no key update of d`.execute(tx);
  const idsOf = (test: (row: Row) => boolean): string[] => rows.filter(test).map(({ id }) => id);
  const [withheld] = await Promise.all([
    withholdPushes(
      tx,
      idsOf(({ status, inMs, wasHeld }) => status === "due" && inMs === 0 && wasHeld),
    ),
    ...superseding.map((reason) =>
      recordDeliveries(
        tx,
        idsOf(({ status }) => status === reason),
        { state: "superseded", reason },
      ),
    ),
    recordDeliveries(
      tx,
      idsOf(({ status }) => status === "expired"),
      { state: "failed", reason: "expired" },
    ),
  ]);
  return new Map(rows.map((row) => [row.id, takenOf(row, withheld)]));
}

function takenOf(row: Row, withheld: ReadonlySet<string>): Taken {
  const { status, inMs, wasHeld: _, ...delivery } = row;
  if (status === "expired") {
    const { channel, createdAt } = delivery;
    return { status: "over", failed: { channel, createdAt } };
  }
  if (status !== "due" || withheld.has(row.id)) return { status: "over" };
  return inMs > 0 ? { status: "early", inMs } : { status: "send", delivery };
}

interface Row extends TakenDelivery {
  readonly status: "due" | "ended" | (typeof superseding)[number] | "expired";
  readonly inMs: number;
  /** A push that waited for a screen to acknowledge its request. */
  readonly wasHeld: boolean;
}
