import { namespaces, rooms } from "@waiter/contracts";
import type { Metrics } from "@waiter/metrics";
import { withRemoteParent, withSpan } from "@waiter/telemetry";
import type { LocalBroadcast } from "./create-adapter.ts";
import type { Presence } from "../presence/presence.ts";
import type { TenantHeads } from "../heads/tenant-heads.ts";

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
  return ({ namespace, rooms: targets, data: [name, payload], startedAt }, recipients) => {
    if (namespace !== namespaces.staff || targets.size !== 1) return;
    const [room = ""] = targets;
    const tenantId = tenantOf(room);
    if (tenantId === undefined || room !== rooms.staff(tenantId)) return;
    if (name === "presence") deps.presence.noteTold(tenantId, payload);
    if (name === "event") noteEvent(tenantId, payload as Event, recipients, startedAt);
  };

  function noteEvent(
    tenantId: string,
    { epoch, seq, at, traceparent }: Event,
    recipients: number,
    startedAt: number,
  ): void {
    if (typeof epoch === "string" && typeof seq === "number")
      deps.heads.noteEvent(tenantId, { epoch, seq });
    if (typeof traceparent === "string")
      noteTrace(
        traceparent,
        { "waiter.event.seq": Number(seq), "waiter.recipients": recipients },
        startedAt,
      );
    const committed = typeof at === "string" ? Date.parse(at) : Number.NaN;
    if (!Number.isNaN(committed))
      deps.metrics.eventDelivery.observe(Math.max(0, (Date.now() - committed) / 1_000));
  }
}

/**
 * The last span of a change's trace, one per gateway with a recipient: its child, and linked to it as the message that it
 * handles, as OpenTelemetry's conventions for messaging ask. An event without a trace costs nothing.
 */
function noteTrace(
  traceparent: string,
  attributes: Record<string, number>,
  startedAt: number,
): void {
  const options = {
    kind: "consumer",
    links: [traceparent],
    attributes: { "messaging.system": "socket.io", ...attributes },
    startedAt,
  } as const;
  void withRemoteParent(traceparent, () => withSpan("event deliver", options, () => undefined));
}
