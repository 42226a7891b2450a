import { rooms } from "@waiter/contracts";
import type { Metrics } from "@waiter/metrics";
import type { LocalBroadcast } from "./adapter/create-adapter.ts";
import { staffNamespace } from "./namespaces/staff.ts";
import type { Presence } from "./rooms/presence.ts";
import type { TenantHeads } from "./rooms/tenant-heads.ts";

/** The tenant's id in a room's name: its hash tag. */
const tenantOf = (room: string): string | undefined => /^waiter:\{([^}]+)\}/.exec(room)?.[1];
interface Event {
  readonly epoch?: unknown;
  readonly seq?: unknown;
  readonly at?: unknown;
}

/**
 * Looks at what passes to local staff: an event moves the tenant's known head and is timed, from its commit to the last
 * socket's write; a presence state is what its staff now knows.
 */
export function observeDelivery(deps: {
  metrics: Pick<Metrics, "eventDelivery">;
  heads: TenantHeads;
  presence: Presence;
}): (broadcast: LocalBroadcast) => void {
  return ({ namespace, rooms: targets, data: [name, payload] }) => {
    if (namespace !== staffNamespace || targets.size !== 1) return;
    const [room = ""] = targets;
    const tenantId = tenantOf(room);
    if (tenantId === undefined || room !== rooms.staff(tenantId)) return;
    if (name === "presence") deps.presence.noteTold(tenantId, payload);
    if (name === "event") noteEvent(tenantId, payload as Event);
  };

  function noteEvent(tenantId: string, { epoch, seq, at }: Event): void {
    if (typeof epoch === "string" && typeof seq === "number") deps.heads.noteEvent(tenantId, { epoch, seq });
    const committed = typeof at === "string" ? Date.parse(at) : Number.NaN;
    if (!Number.isNaN(committed)) deps.metrics.eventDelivery.observe(Math.max(0, (Date.now() - committed) / 1_000));
  }
}
