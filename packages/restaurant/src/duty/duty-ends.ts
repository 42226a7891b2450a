import type { CommittedEvent, Duty } from "@waiter/contracts";
import type { Database, TenantTransaction } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { requestRings } from "@waiter/ledger";
import { sql } from "kysely";
import { readDuty } from "./duty.ts";
import { lockTenant } from "../lock-tenant.ts";
import { closedSince, openingAt } from "../settings/opening-hours.ts";
import { readableTimeZone } from "../settings/time-zones.ts";
import type { OpeningHours } from "@waiter/contracts";

/** Duty lasts no longer, ms: 16 hours. */
export const dutyAtLongestMs = 16 * 3_600_000;
/** For so long after closing duty goes on without a confirmation, ms. */
const afterClosingMs = 60 * 60_000;

/** Why a person's duty ended by itself. */
export type DutyEnd = "too_long" | "signed_out" | "closed";

export interface DutyFacts {
  /** ms since the epoch. */
  readonly since: number;
  /** When it was started, changed or confirmed last. */
  readonly confirmedAt: number;
  /** The person's last device was signed out. */
  readonly signedOut: boolean;
}

/**
 * Whether duty has ended at `now`: after 16 hours, at the sign-out of the last device, and 60
 * minutes after closing unless it was confirmed since.
 */
export function dutyEndOf(
  { since, confirmedAt, signedOut }: DutyFacts,
  closedAt: number | undefined,
  now: number,
): DutyEnd | undefined {
  if (signedOut) return "signed_out";
  if (now - since >= dutyAtLongestMs) return "too_long";
  const isOver = closedAt !== undefined && now - closedAt >= afterClosingMs;
  return isOver && confirmedAt <= closedAt ? "closed" : undefined;
}

/**
 * When the next of these duties may end, ms since the epoch: not earlier, while hours stay as they
 * are and devices stay signed in.
 */
export function nextLookAt(
  facts: readonly Pick<DutyFacts, "since">[],
  hours: OpeningHours | null,
  timeZone: string,
  now: number,
): number {
  const { open, opensAt, closesAt } = openingAt(hours, timeZone, now);
  const closedAt = closedSince(hours, timeZone, now);
  const ends = [
    ...facts.map(({ since }) => since + dutyAtLongestMs),
    // A closed restaurant opens before it closes again.
    open ? (closesAt ?? Infinity) + afterClosingMs : (opensAt ?? Infinity),
    (closedAt ?? Infinity) + afterClosingMs,
  ];
  return Math.min(...ends.filter((at) => at > now));
}

/**
 * Ends the duty of those whose time is over, and stores when the others are looked at again.
 * Returns the events to publish: `duty.ended` with its `cause`, one per person. Waiting requests
 * ring the people whom they address from now on.
 */
export const endOverdueDuty = (database: Database, tenantId: string): Promise<CommittedEvent[]> =>
  database.inTenant(tenantId, async (tx) => {
    await lockTenant(tx);
    const { overdue, lookAgainAt } = await findOverdue(tx);
    const ids = overdue.map(({ duty }) => duty.staff.id);
    if (lookAgainAt !== undefined)
      await sql`update duty set look_again_at = to_timestamp(${lookAgainAt / 1_000}::float8)
        where tenant_id = ${tenantId} and staff_id <> all (${ids}::uuid[])
          and look_again_at is distinct from to_timestamp(${lookAgainAt / 1_000}::float8)`.execute(
        tx,
      );
    if (overdue.length === 0) return [];
    await tx
      .deleteFrom("duty")
      .where("tenant_id", "=", tenantId)
      .where("staff_id", "in", ids)
      .execute();
    await requestRings(tx);
    const events: CommittedEvent[] = [];
    for (const data of overdue)
      events.push(
        await appendEvent(tx, { tenantId, type: "duty.ended", data, actor: { kind: "system" } }),
      );
    return events;
  });

interface Overdue {
  readonly overdue: readonly { readonly duty: Duty; readonly cause: DutyEnd }[];
  /** Undefined where no duty goes on. */
  readonly lookAgainAt: number | undefined;
}

async function findOverdue(tx: TenantTransaction): Promise<Overdue> {
  const { rows } = await sql<DutyFacts & { id: string; now: number }>`
    select staff_id as id, 1000 * extract(epoch from since)::float8 as since,
      1000 * extract(epoch from confirmed_at)::float8 as "confirmedAt",
      device_ended_at is not null and not exists (
        select from staff_session where staff_session.tenant_id = duty.tenant_id
          and staff_session.staff_id = duty.staff_id and revoked_at is null
          and expires_at > now()) as "signedOut",
      floor(1000 * extract(epoch from clock_timestamp()))::float8 as now
    from duty where tenant_id = ${tx.tenantId} for update of duty`.execute(tx);
  if (rows.length === 0) return { overdue: [], lookAgainAt: undefined };
  const tenant = await tx
    .selectFrom("tenant")
    .select(["hours", "time_zone"])
    .where("id", "=", tx.tenantId)
    .executeTakeFirst();
  const hours: OpeningHours | null = tenant?.hours ?? null;
  const timeZone = readableTimeZone(tenant?.time_zone ?? "UTC");
  const now = rows[0]?.now ?? 0;
  const closedAt = closedSince(hours, timeZone, now);
  const causes = new Map(rows.map((row) => [row.id, dutyEndOf(row, closedAt, now)]));
  const staying = rows.filter(({ id }) => causes.get(id) === undefined);
  const lookAgainAt = staying.length === 0 ? undefined : nextLookAt(staying, hours, timeZone, now);
  const overdue = (await readDuty(tx)).flatMap(({ duty }) => {
    const cause = causes.get(duty.staff.id);
    return cause === undefined ? [] : [{ duty, cause }];
  });
  return { overdue, lookAgainAt };
}
