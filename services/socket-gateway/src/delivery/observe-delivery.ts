import { namespaces, rooms, tenantOfRoom } from "@waiter/contracts";
import type { Metrics } from "@waiter/metrics";
import { withRemoteParent, withSpan } from "@waiter/telemetry";
import type { LocalBroadcast } from "./create-adapter.ts";
import type { PresenceWatch } from "../presence/presence-watch.ts";
import type { DatabaseClock } from "../heads/database-clock.ts";
import type { TenantHeads } from "../heads/tenant-heads.ts";

interface Event {
  readonly epoch?: unknown;
  readonly seq?: unknown;
  readonly at?: unknown;
  readonly traceparent?: unknown;
}

/**
 * Observes broadcasts to local staff. An event advances the tenant's known head, and its delivery
 * time goes into the metric: from `at`, which Postgres reads just before COMMIT, to the last socket
 * write, both by Postgres' clock. A presence message is remembered as the last state that the
 * tenant's staff got.
 */
export function observeDelivery(deps: {
  metrics: Pick<Metrics, "eventDelivery">;
  heads: TenantHeads;
  presence: PresenceWatch;
  clock: Pick<DatabaseClock, "now">;
}): (broadcast: LocalBroadcast, recipients: number) => void {
  return ({ namespace, rooms: targets, data: [name, payload], startedAt }, recipients) => {
    if (namespace !== namespaces.staff || targets.size !== 1) return;
    const [room = ""] = targets;
    const tenantId = tenantOfRoom(room);
    if (tenantId === undefined || room !== rooms.staff(tenantId)) return;
    if (name === "presence") deps.presence.noteSent(tenantId, payload);
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
      deps.metrics.eventDelivery.observe(Math.max(0, (deps.clock.now() - committed) / 1_000));
  }
}

/**
 * Records the last span of a change's trace, one per gateway with a recipient: a child of the
 * change and linked to it, per OpenTelemetry's messaging conventions. An event without a trace
 * costs nothing.
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
