import { keys, serverSideEvents } from "@waiter/contracts";
import { staffTokenLifetimeS } from "@waiter/auth";
import type { Logger } from "@waiter/logger";

export interface RevocationPipeline {
  zadd(key: string, ...scoresAndMembers: (string | number)[]): Promise<unknown>;
  zremrangebyscore(key: string, min: number | string, max: number | string): Promise<unknown>;
  expire(key: string, seconds: number): Promise<unknown>;
}
export interface AnnounceDeps {
  readonly redis: RevocationPipeline;
  readonly emit: (event: string, message: { tenantId: string; sid: string }) => Promise<unknown>;
  /** Drops what this and other api processes remember of the tenant's sessions. */
  readonly forget: (tenantId: string) => void;
  readonly logger: Logger;
}

/** A margin over the access token's life and the clocks' leeway. */
const mirroredForS = staffTokenLifetimeS + 300;

/**
 * Tells every gateway that sessions ended: mirrored in Redis for the life of their access tokens, and announced. The
 * truth is in Postgres already, so a failure here delays (the gateways' heads batch repairs it) and loses nothing.
 */
export function createAnnounceRevoked({ redis, emit, forget, logger }: AnnounceDeps) {
  const mirror = async (tenantId: string, sids: readonly string[]): Promise<void> => {
    const key = keys.revoked(tenantId);
    const now = Math.floor(Date.now() / 1_000);
    await Promise.all([
      redis.zadd(key, ...sids.flatMap((sid) => [now + mirroredForS, sid])),
      redis.zremrangebyscore(key, 0, now),
      redis.expire(key, mirroredForS),
    ]);
  };
  return (tenantId: string, sids: readonly string[]): void => {
    if (sids.length === 0) return;
    forget(tenantId);
    const emits = sids.map((sid) => emit(serverSideEvents.sessionRevoked, { tenantId, sid }));
    Promise.all([mirror(tenantId, sids), ...emits]).catch((error: unknown) => {
      logger.warn("a revocation could not be announced; the gateways' heads batch will bring it", {
        err: error,
      });
    });
  };
}
