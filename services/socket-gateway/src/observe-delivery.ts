import { rooms } from "@waiter/contracts";
import type { Metrics } from "@waiter/metrics";
import { withSpan } from "@waiter/telemetry";
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
  readonly traceparent?: unknown;
}

/**
 * Looks at what passes to local staff: an event moves the tenant's known head and is timed, from its commit to the last
 * socket's write; a presence state is what its staff now knows.
 */
export function observeDelivery(deps: {
  metrics: Pick<Metrics, "eventDelivery">;
  heads: TenantHeads;
  presence: Presence;
}): (broadcast: LocalBroadcast, recipients: number) => void {
  return ({ namespace, rooms: targets, data: [name, payload] }, recipients) => {
    if (namespace !== staffNamespace || targets.size !== 1) return;
    const [room = ""] = targets;
    const tenantId = tenantOf(room);
    if (tenantId === undefined || room !== rooms.staff(tenantId)) return;
    if (name === "presence") deps.presence.noteTold(tenantId, payload);
    if (name === "event") noteEvent(tenantId, payload as Event, recipients);
  };

  function noteEvent(tenantId: string, { epoch, seq, at, traceparent }: Event, recipients: number): void {
    if (typeof epoch === "string" && typeof seq === "number") deps.heads.noteEvent(tenantId, { epoch, seq });
    // Many traces may meet in one fan-out, so it links to the change instead of being its child.
    if (typeof traceparent === "string")
      void withSpan("event deliver", { kind: "consumer", links: [traceparent], attributes: { recipients } }, () => undefined);
    const committed = typeof at === "string" ? Date.parse(at) : Number.NaN;
    if (!Number.isNaN(committed)) deps.metrics.eventDelivery.observe(Math.max(0, (Date.now() - committed) / 1_000));
  }
}
