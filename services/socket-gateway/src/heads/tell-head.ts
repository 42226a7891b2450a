import { rooms, type Head } from "@waiter/contracts";
import type { StaffNamespace } from "../handshake/session.ts";
import { roomChannel, type SubscriptionBarrier } from "../subscriptions/subscription-barrier.ts";
import type { TenantHeads } from "./tenant-heads.ts";
import type { TrueHeads } from "./true-heads.ts";

export interface HeadSources {
  readonly heads: Pick<TenantHeads, "get" | "sendSoon">;
  readonly trueHeads: Pick<TrueHeads, "ask">;
}

/** Reads the tenant's head in Postgres through the api. */
export async function askHead(
  tenantId: string,
  { heads, trueHeads }: HeadSources,
): Promise<Head | undefined> {
  await trueHeads.ask(tenantId);
  return heads.get(tenantId);
}

export interface TellHeadDeps extends HeadSources {
  readonly barrier: Pick<SubscriptionBarrier, "settled">;
  readonly staff: Pick<StaffNamespace, "name">;
}

/** Sends a tenant's true head to its local staff when the subscription of their room is confirmed. */
export async function tellHeadLater(
  tenantId: string,
  { barrier, staff, heads, trueHeads }: TellHeadDeps,
): Promise<void> {
  if (!(await barrier.settled(roomChannel(staff.name, rooms.staff(tenantId))))) return;
  await trueHeads.ask(tenantId);
  heads.sendSoon(tenantId);
}
