import {
  namespaces,
  rooms,
  type CommittedEvent,
  type Envelope,
  type GuestRequest,
} from "@waiter/contracts";
import { withRemoteParent, withSpan } from "@waiter/telemetry";
import type { WaiterEmitter } from "./create-emitter.ts";
import type { ReplayLog } from "./replay-log.ts";

export interface PublishEventOptions {
  readonly log: ReplayLog;
  /** On the same connection as the log, so that Redis runs each event's commands in order. */
  readonly emitter: WaiterEmitter;
  /** Called when the log held another event of the same epoch and number: see {@link Appended}. */
  readonly onDiverged: (event: CommittedEvent) => void;
}

/**
 * Publishes one committed event. Resolves when Redis accepted all of it, rejects when a part may be
 * missing. Repeatable.
 */
export type PublishEvent = (event: CommittedEvent) => Promise<void>;

/**
 * Sends the log's script, the emit to the staff room and the emit to the table's guests together,
 * so that an event costs one round trip. One connection and one slot keep their order.
 */
export function createPublishEvent({
  log,
  emitter,
  onDiverged,
}: PublishEventOptions): PublishEvent {
  const staff = emitter.of(namespaces.staff);
  const guests = emitter.of(namespaces.guest);
  return async (event) => {
    const envelope = JSON.parse(event.envelope) as Envelope;
    const attributes = {
      "messaging.system": "redis",
      "waiter.event.type": envelope.type,
      "waiter.event.seq": event.seq,
    };
    await withRemoteParent(envelope.traceparent, () =>
      withSpan("event publish", { kind: "producer", attributes }, () => send(event, envelope)),
    );
  };

  async function send(event: CommittedEvent, envelope: Envelope): Promise<void> {
    const [appended, ...emitted] = await Promise.allSettled([
      log.append(event),
      staff.to(rooms.staff(event.tenantId)).emit("event", envelope),
      ...(event.guest === undefined ? [] : [emitToGuests(event.tenantId, event.guest)]),
    ]);
    if (appended.status === "fulfilled" && appended.value === "diverged") onDiverged(event);
    const failed = [appended, ...emitted].find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  function emitToGuests(
    tenantId: string,
    { tableId, payload }: NonNullable<CommittedEvent["guest"]>,
  ): Promise<number> {
    return guests
      .to(rooms.table(tenantId, tableId))
      .emit("request", JSON.parse(payload) as { request: GuestRequest });
  }
}
