import { rooms } from "@waiter/contracts";
import type { LocalTenants } from "../connections/local-tenants.ts";
import type { Context } from "../context.ts";
import type { StaffNamespace } from "../handshake/session.ts";
import { askChanges, askHeads } from "../heads/ask-heads.ts";
import { DatabaseClock } from "../heads/database-clock.ts";
import { TenantHeads } from "../heads/tenant-heads.ts";
import { TrueHeads, type TrueHeadsOptions } from "../heads/true-heads.ts";

export interface HeadsDeps extends Pick<
  TrueHeadsOptions,
  "positions" | "onChanged" | "revoked" | "isDegraded"
> {
  readonly staff: Pick<StaffNamespace, "local">;
  readonly tenants: LocalTenants;
}

/** The heads of the tenants with sockets on this gateway. */
export interface Heads {
  /** As this gateway delivered them. */
  readonly heads: TenantHeads;
  /** As Postgres answers, through the api. */
  readonly trueHeads: TrueHeads;
  /** Postgres' clock, by the same answers. */
  readonly clock: DatabaseClock;
}

/** Wires both kinds of heads: an unknown epoch asks Postgres, its answer corrects what was known. */
export function createHeads(
  { api, settings, logger }: Context,
  { staff, tenants, ...deps }: HeadsDeps,
): Heads {
  const clock = new DatabaseClock();
  const heads = new TenantHeads({
    quietMs: settings.headQuietMs,
    silenceMs: settings.headSilenceMs,
    send: (tenantId, head) =>
      staff.local
        .to(rooms.staff(tenantId))
        .emit("head", { ...head, now: new Date().toISOString() }),
    onUnknownEpoch: (tenantId) => void trueHeads.ask(tenantId),
  });
  const trueHeads: TrueHeads = new TrueHeads({
    ...deps,
    ask: (wanted, take) =>
      askHeads(api, wanted, take, (err, count) =>
        logger.warn("the api did not answer with heads", { tenants: count, err }),
      ),
    askChanges: (since, take) => askChanges(api, since, take, (reading) => clock.note(reading)),
    heads,
    tenants: () => tenants.all(),
    tenantCount: () => tenants.size,
    hasTenant: (tenantId) => tenants.has(tenantId),
    hasStaff: (tenantId) => tenants.hasStaff(tenantId),
    intervalMs: settings.headsIntervalMs,
    degradedIntervalMs: settings.degradedHeadsIntervalMs,
    comparisonMs: settings.headsComparisonMs,
    logger,
  });
  return { heads, trueHeads, clock };
}
