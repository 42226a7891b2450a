import { inTurns } from "@waiter/lifecycle";
import type { GuestChanges } from "./changes/guest-changes.ts";
import type { RevokedSessions } from "./handshake/revoked-sessions.ts";
import type { TrueHeads } from "./heads/true-heads.ts";
import type { PresenceWatch } from "./presence/presence-watch.ts";

export interface OutageRepairs {
  readonly changes: Pick<GuestChanges, "repair">;
  readonly sendStatus: () => void;
  readonly trueHeads: Pick<TrueHeads, "reschedule" | "askAll">;
  readonly presence: Pick<PresenceWatch, "refreshAll">;
  readonly revoked: Pick<RevokedSessions, "reloadAll">;
}

/**
 * Redis is back: repairs what was missed, by heads for staff, `resync` for guests, presence and
 * revocations. Each work begins in a turn of the event loop of its own: each goes over all tenants.
 */
export async function repairAfterOutage(repairs: OutageRepairs): Promise<void> {
  const { changes, sendStatus, trueHeads, presence, revoked } = repairs;
  // At once: it takes the positions as they are before heads are noted again.
  void changes.repair();
  const works = [
    sendStatus,
    () => {
      trueHeads.reschedule();
      void trueHeads.askAll(true);
    },
    // Redis may have lost or refused the members of this gateway.
    () => void presence.refreshAll(),
    () => void revoked.reloadAll(),
  ];
  await inTurns(works, 1, ([work]) => work?.());
}
