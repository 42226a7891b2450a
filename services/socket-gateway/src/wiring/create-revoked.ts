import { concernsForMs, Revocations } from "@waiter/live-state";
import type { Context } from "../context.ts";
import { RevokedSessions, type RevokedSessionsOptions } from "../handshake/revoked-sessions.ts";
import type { SubscriptionBarrier } from "../subscriptions/subscription-barrier.ts";
import { TenantChannels } from "../subscriptions/tenant-channels.ts";

export interface RevokedDeps extends Pick<RevokedSessionsOptions, "ask" | "onRevoked"> {
  readonly barrier: SubscriptionBarrier;
  readonly isDegraded: () => boolean;
  /** The tenant's first screen came, or its last one left. */
  readonly onScreens: (tenantId: string, online: boolean) => void;
}

/** Wires the revoked sessions to their tenants' channels, which announce screens as well. */
export function createRevoked(
  { command, settings, malformed }: Context,
  { barrier, isDegraded, onScreens, ...deps }: RevokedDeps,
): RevokedSessions {
  const revocations = new Revocations(command.client);
  const tenantChannels = new TenantChannels({
    barrier,
    onMessage: (tenantId, message) => {
      if (message.type === "screens") onScreens(tenantId, message.online);
      else revoked.add(tenantId, message.ids, concernsForMs(message.lifetimeS));
    },
    onMalformed: (reason, channel) => malformed.note("pubsub", { reason, channel }),
  });
  const revoked = new RevokedSessions({
    ...deps,
    line: () => (isDegraded() ? undefined : barrier.line),
    subscribe: (tenantId) =>
      tenantChannels.open(tenantId, isDegraded() ? 0 : settings.subscriptionWaitMs),
    unsubscribe: (tenantId) => tenantChannels.close(tenantId),
    read: (tenantId) => revocations.read(tenantId),
  });
  return revoked;
}
