import { rooms, type StatusMessage } from "@waiter/contracts";
import { Presence } from "@waiter/live-state";
import { memberOf, staffOf } from "../connections/join-staff.ts";
import type { LocalTenants } from "../connections/local-tenants.ts";
import type { Context } from "../context.ts";
import type { GuestNamespace, StaffNamespace } from "../handshake/session.ts";
import { ReachQuestions } from "../presence/ask-reach.ts";
import { PresenceWatch } from "../presence/presence-watch.ts";
import { sendReach } from "../presence/send-reach.ts";
import { StaffOnline } from "../presence/staff-online.ts";

export interface PresenceDeps {
  readonly staff: StaffNamespace;
  readonly guest: GuestNamespace;
  readonly tenants: LocalTenants;
  readonly statusOf: (tenantId: string) => StatusMessage;
}

/** Who has a screen: for the tenant's staff by person, for its guests whether anyone has. */
export interface PresenceParts {
  readonly presence: PresenceWatch;
  readonly staffOnline: StaffOnline;
}

/** Wires presence: each look at a tenant's screens also says whether guests must hear a change. */
export function createPresence(
  { api, command, publisher, settings, logger }: Context,
  { staff, guest, tenants, statusOf }: PresenceDeps,
): PresenceParts {
  const questions = new ReachQuestions(api, (err, count) =>
    logger.warn("the api did not answer which way reaches the staff", { tenants: count, err }),
  );
  const staffOnline = new StaffOnline({
    hasGuests: (tenantId) => tenants.hasGuests(tenantId),
    askReach: (tenantId) => questions.ask(tenantId),
    waitMs: settings.reachWaitMs,
    send: (tenantId, reach) =>
      sendReach(guest, { tenantId, tables: tenants.tablesOf(tenantId) }, statusOf(tenantId), reach),
  });
  const presence = new PresenceWatch({
    store: new Presence(command.client, { expiryMs: settings.presenceExpiryMs }),
    localMembers: (tenantId) => staffOf(staff, tenantId).map(memberOf),
    tenants: () => tenants.all(),
    withStaff: () => tenants.withStaff(),
    hasStaff: (tenantId) => tenants.hasStaff(tenantId),
    isAnnouncing: () => publisher.state === "ready",
    onOnline: (tenantId, online) => staffOnline.note(tenantId, online),
    leaveAfterMs: settings.presenceLeaveMs,
    send: (tenantId, message, reach) =>
      (reach === "local" ? staff.local : staff).to(rooms.staff(tenantId)).emit("presence", message),
    refreshMs: settings.presenceRefreshMs,
    onError: (error) => logger.debug("presence could not be refreshed", { err: error }),
  });
  return { presence, staffOnline };
}
