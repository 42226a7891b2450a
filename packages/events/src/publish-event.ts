import {
  namespaces,
  rooms,
  type CommittedEvent,
  type Envelope,
  type GuestRequest,
  type Table,
} from "@waiter/contracts";
import { withRemoteParent, withSpan } from "@waiter/telemetry";
import type { WaiterEmitter } from "./create-emitter.ts";
import type { ReplayLog } from "./replay-log.ts";

/** Over this time the guests of a table ask for their sessions after a mute, ms. */
const muteSpreadMs = 2_000;

export interface PublishEventOptions {
  readonly log: ReplayLog;
  /** On the same connection as the log, so that Redis runs each event's commands in order. */
  readonly emitter: WaiterEmitter;
  /** Called when the log held another event of the same epoch and number: see {@link Appended}. */
  readonly onDiverged: (event: CommittedEvent) => void;
}

/**
 * Publishes one committed event. Resolves when the gateways have the message and the replay log
 * holds the event or refused to write; rejects when a subscriber may have missed it. Repeatable.
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
      ...(envelope.type === "table.muted" ? [emitMute(event.tenantId, envelope)] : []),
    ]);
    if (appended.status === "fulfilled" && appended.value === "diverged") onDiverged(event);
    const lost = emitted.find((outcome) => outcome.status === "rejected");
    if (lost !== undefined) throw lost.reason;
    if (appended.status === "rejected" && !isRefusedWrite(appended.reason)) throw appended.reason;
  }

  function emitToGuests(
    tenantId: string,
    { tableId, payload }: NonNullable<CommittedEvent["guest"]>,
  ): Promise<number> {
    return guests
      .to(rooms.table(tenantId, tableId))
      .emit("request", JSON.parse(payload) as { request: GuestRequest });
  }

  /** A page that is open at the table says so before the next tap. */
  function emitMute(tenantId: string, { data }: Envelope): Promise<number> {
    const { id, mutedUntil = null } = data["table"] as Pick<Table, "id" | "mutedUntil">;
    return guests
      .to(rooms.table(tenantId, id))
      .emit("resync", { withinMs: muteSpreadMs, mutedUntil });
  }
}

/**
 * Whether a healthy master refused to write: no memory, no disk, too few replicas. The emit reached
 * the gateways all the same, and readers take the event from Postgres, because the log has a hole.
 * Other errors (READONLY, MOVED, LOADING, CLUSTERDOWN, MASTERDOWN, time-outs) come from a server
 * that may have no subscriber, so the event must be published again.
 */
const isRefusedWrite = (error: unknown): boolean =>
  error instanceof Error && /^(OOM|MISCONF|NOREPLICAS) /.test(error.message);
