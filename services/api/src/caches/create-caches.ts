import type { Invalidation } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import type { Logger } from "@waiter/logger";
import { Boards } from "./boards.ts";
import {
  InvalidationBus,
  type InvalidationPublisher,
  type InvalidationSubscriber,
} from "./invalidation-bus.ts";
import { Menus } from "./menus.ts";
import { RevokedSessions } from "./revoked-sessions.ts";
import { TenantDirectory } from "./tenant-directory.ts";

export interface CachesDeps {
  readonly database: Database;
  readonly publisher: InvalidationPublisher;
  readonly subscriber: InvalidationSubscriber;
  readonly logger: Logger;
}
export interface CacheSizes {
  /** CACHED_TENANTS: most entries of each cache by tenant. */
  readonly tenants: number;
  /** CACHED_BOARD_BYTES. */
  readonly boardBytes: number;
}

/** What this process read of its tenants, and the bus by which all api processes drop it. */
export interface Caches {
  readonly tenants: TenantDirectory;
  readonly revoked: RevokedSessions;
  readonly menus: Menus;
  readonly boards: Boards;
  readonly bus: InvalidationBus;
}

/** Creates the caches and begins to listen to the other processes' invalidations. */
export function createCaches(
  { database, publisher, subscriber, logger }: CachesDeps,
  { tenants: max, boardBytes: maxBytes }: CacheSizes,
): Caches {
  const tenants = new TenantDirectory(database, { max });
  const revoked = new RevokedSessions(database, { max });
  const menus = new Menus(database, { max });
  const boards = new Boards(database, { maxBytes });
  const forget = ({ tenantId, scope }: Invalidation): void => {
    boards.forget(tenantId);
    if (scope === "requests") return;
    tenants.forget(tenantId);
    revoked.forget(tenantId);
    menus.forget(tenantId);
  };
  const bus = new InvalidationBus({ publisher, logger, forget });
  bus.listen(subscriber, () => {
    for (const cache of [tenants, menus, boards]) cache.clear();
  });
  return { tenants, revoked, menus, boards, bus };
}
