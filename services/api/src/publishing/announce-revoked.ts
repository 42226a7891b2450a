import { staffTokenLifetimeS } from "@waiter/auth";
import { channels, serverSideEvents, type Channel, type TenantMessage } from "@waiter/contracts";
import type { Revocations } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";

export interface AnnounceDeps {
  readonly revocations: Pick<Revocations, "add">;
  /** Sends a message to the gateways that hold sockets of the tenant. */
  readonly publish: (channel: Channel, message: string) => Promise<unknown>;
  /** Reaches gateways of the release before, which do not listen to the tenant's channel. */
  readonly emit: (event: string, message: { tenantId: string; sid: string }) => Promise<unknown>;
  /** Drops the cached sessions of the tenant in every api process. */
  readonly forget: (tenantId: string) => void;
  readonly logger: Logger;
}

/**
 * Announces that a tenant was suspended, resumed or deleted: every api drops what it cached, and
 * every gateway ends the tenant's sockets, which a tenant that was resumed has none of. Not written
 * to Redis: gateways that miss it read the truth with the true heads.
 */
export const createAnnounceTenant =
  ({ emit, forget, logger }: Omit<AnnounceDeps, "revocations" | "publish">) =>
  (tenantId: string): void => {
    forget(tenantId);
    emit(serverSideEvents.sessionRevoked, { tenantId, sid: tenantId }).catch((error: unknown) =>
      logger.warn("api could not announce a suspension; gateways learn it with the true heads", {
        err: error,
      }),
    );
  };

/**
 * Announces ended sessions and replaced table codes to the tenant's gateways: written to Redis for
 * `lifetimeS`, the life of their access tokens (those of staff by default), then published.
 * Postgres has them already, so a failure here delays and loses nothing: the gateways' next
 * question for the true heads repairs it.
 */
export function createAnnounceRevoked({
  revocations,
  publish,
  emit,
  forget,
  logger,
}: AnnounceDeps) {
  return (
    tenantId: string,
    sids: readonly string[],
    lifetimeS: number = staffTokenLifetimeS,
  ): void => {
    if (sids.length === 0) return;
    forget(tenantId);
    const message: TenantMessage = { type: "revoked", ids: [...sids], lifetimeS };
    const emits = sids.map((sid) => emit(serverSideEvents.sessionRevoked, { tenantId, sid }));
    Promise.all([
      // In this order on one connection: a gateway that subscribes in between reads the entry.
      revocations.add(tenantId, sids, lifetimeS),
      publish(channels.tenant(tenantId), JSON.stringify(message)),
      ...emits,
    ]).catch((error: unknown) => {
      logger.warn("api could not announce a revocation; gateways learn it with the true heads", {
        err: error,
      });
    });
  };
}
