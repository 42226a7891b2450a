import type { Board, Settings } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import type { Guard } from "@waiter/requests";
import { dutyMemoryMs } from "@waiter/escalation";
import { sql } from "kysely";
import { listDuty } from "./duty/duty.ts";
import { openingAt } from "./settings/opening-hours.ts";
import { publicSettings, readSettings } from "./settings/settings.ts";
import { listZones } from "./floor/zones.ts";
import { AppError } from "@waiter/errors";

/** The part of a board beside requests, tables, types and people: what every waiter may read. */
export const readConfiguration = async (
  tx: TenantTransaction,
): Promise<Pick<Board, "zones" | "duty" | "dutyUsed" | "settings">> => {
  // Sent together: one round trip.
  const [zones, duty, used, settings] = await Promise.all([
    listZones(tx),
    listDuty(tx),
    sql<{ used: boolean | null }>`
      select duty_used_at > now() - make_interval(secs => ${dutyMemoryMs / 1_000}) as used
      from tenant where id = ${tx.tenantId}`.execute(tx),
    readSettings(tx),
  ]);
  const dutyUsed = used.rows[0]?.used === true;
  return { zones, duty, dutyUsed, settings: publicSettings(settings) };
};

/** What decides whether guests may send requests now. */
export interface Opening {
  readonly settings: Settings;
  /** A person is on duty: the restaurant is open, whatever the hours say. */
  readonly onDuty: boolean;
}

export async function readOpening(tx: TenantTransaction): Promise<Opening> {
  const { rows } = await sql<{ onDuty: boolean }>`
    select exists (select from duty where tenant_id = ${tx.tenantId}) as "onDuty"`.execute(tx);
  return { settings: await readSettings(tx), onDuty: rows[0]?.onDuty === true };
}

interface OpenState {
  readonly open: boolean;
  readonly opensAt?: number;
}

/** What was calculated of an opening, and the time for which it holds: up to 2 ms of CPU each. */
const calculated = new WeakMap<
  Opening,
  OpenState & { readonly from: number; readonly to: number }
>();

/** Whether the restaurant is open at `at` (ms since the epoch), and when it opens next. */
export function isOpenAt(opening: Opening, at: number): OpenState {
  if (opening.onDuty) return { open: true };
  const known = calculated.get(opening);
  if (known !== undefined && known.from <= at && at < known.to) return known;
  const { hours, timeZone } = opening.settings;
  const { closesAt, ...state } = openingAt(hours, timeZone, at);
  const to = (state.open ? closesAt : state.opensAt) ?? at + 60_000;
  calculated.set(opening, { ...state, from: at, to });
  return state;
}

/**
 * Refuses a guest's request with `closed`, with `opensAt` where it is known. Never stored as the
 * answer to an Idempotency-Key.
 */
export const refuseClosed: Guard = {
  name: "alwaysOpen",
  read: (p) => sql`(tenant.hours is null or
    exists (select from duty where duty.tenant_id = ${p("tenantId")}))`,
  when: "new",
  check: async (alwaysOpen, tx) => {
    if (alwaysOpen === true) return;
    const { open, opensAt } = isOpenAt(await readOpening(tx), Date.now());
    if (open) return;
    throw new AppError("closed", {
      extra: {
        members: opensAt === undefined ? {} : { opensAt: new Date(opensAt).toISOString() },
      },
    });
  },
};
