import { randomUUID } from "node:crypto";
import { createStaffSession, type Database } from "@waiter/database";
import { saveSubscription } from "@waiter/push";
import type { PushService } from "@waiter/testkit";

export interface NewDevice {
  readonly tenantId: string;
  readonly staffId: string;
  readonly subscription: ReturnType<PushService["subscribe"]>;
}

/** Signs a new device of a person in and subscribes it; returns its session. */
export async function subscribeDevice(
  database: Database,
  { tenantId, staffId, subscription: { endpoint, keys } }: NewDevice,
): Promise<string> {
  const sessionId = randomUUID();
  await database.inTenant(tenantId, async (tx) => {
    await createStaffSession(tx, {
      id: sessionId,
      staffId,
      tokenHash: sessionId,
      lifetimeS: 3_600,
    });
    await saveSubscription(tx, { staffId, sessionId, endpoint, ...keys });
  });
  return sessionId;
}
