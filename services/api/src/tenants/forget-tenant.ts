import { keys, namespaces, rooms } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { TenantRemains } from "./delete-tenant.ts";

export interface ForgetDeps {
  readonly redis: { del(key: string): Promise<unknown> };
  readonly disconnect: (namespace: string, rooms: readonly string[]) => Promise<unknown>;
  readonly logger: Logger;
}

/**
 * Removes from Redis what a deleted tenant left there, and closes its sockets; a failure leaves
 * keys that expire by themselves.
 */
export function createForgetTenant({ redis, disconnect, logger }: ForgetDeps) {
  return ({ tenantId, epoch, tableIds }: TenantRemains): void => {
    const left = [
      keys.log(tenantId, epoch),
      keys.head(tenantId),
      keys.presence(tenantId),
      keys.revoked(tenantId),
    ];
    const tables = tableIds.map((tableId) => rooms.table(tenantId, tableId));
    Promise.all([
      ...left.map((key) => redis.del(key)),
      disconnect(namespaces.staff, [rooms.staff(tenantId)]),
      ...(tables.length > 0 ? [disconnect(namespaces.guest, tables)] : []),
    ]).catch((error: unknown) =>
      logger.warn("api could not remove a deleted tenant's keys and sockets; they expire", {
        err: error,
      }),
    );
  };
}
