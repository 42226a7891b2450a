import {
  namespaces,
  rooms,
  type CommittedEvent,
  type Envelope,
  type GuestServerEvents,
  type Room,
  type StaffServerEvents,
  type Table,
} from "@waiter/contracts";
import { roomMessage, type ShardedMessage } from "@waiter/emitter-bridge";
import type { ReplayLog } from "@waiter/replay-log";
import { isTracing, withRemoteParent, withSpan } from "@waiter/telemetry";

/** Over this time the guests of a table ask for their sessions after a mute, ms. */
const muteSpreadMs = 2_000;

export interface PublishEventOptions {
  readonly log: ReplayLog;
  /** Called when the log answers `diverged`: it held another event of this epoch and number. */
  readonly onDiverged: (event: CommittedEvent) => void;
}

/**
 * Publishes one committed event. Resolves when the gateways have the message and the replay log
 * holds the event or refused to write; rejects when a subscriber may have missed it. Repeatable.
 */
export type PublishEvent = (event: CommittedEvent) => Promise<void>;

/**
 * One call of the log per event, outside of a Cluster one command of Redis: the log's script also
 * publishes to the staff room and to the table's guests. The event's texts are sent as they are;
 * only a trace or a mute reads them.
 */
export function createPublishEvent({ log, onDiverged }: PublishEventOptions): PublishEvent {
  return async (event) => {
    if (!isTracing()) return send(event);
    const { type, traceparent } = JSON.parse(event.envelope) as Envelope;
    const attributes = {
      "messaging.system": "redis",
      "waiter.event.type": type,
      "waiter.event.seq": event.seq,
    };
    await withRemoteParent(traceparent, () =>
      withSpan("event publish", { kind: "producer", attributes }, () => send(event)),
    );
  };

  async function send(event: CommittedEvent): Promise<void> {
    try {
      if ((await log.append(event, messagesOf(event))) === "diverged") onDiverged(event);
    } catch (error) {
      if (!isRefusedWrite(error)) throw error;
    }
  }
}

function messagesOf({ tenantId, envelope, guest }: CommittedEvent): ShardedMessage[] {
  const messages = [toStaff(rooms.staff(tenantId), "event", envelope)];
  if (guest !== undefined)
    messages.push(toGuests(rooms.table(tenantId, guest.tableId), "request", guest.payload));
  if (envelope.includes(`"${muted}"`)) messages.push(...muteMessages(tenantId, envelope));
  return messages;
}

const muted = "table.muted";

/** A page that is open at a muted table says so before the next tap. */
function muteMessages(tenantId: string, envelope: string): ShardedMessage[] {
  const { type, data } = JSON.parse(envelope) as Envelope;
  if (type !== muted) return [];
  const { id, mutedUntil = null } = data["table"] as Pick<Table, "id" | "mutedUntil">;
  const json = JSON.stringify({ withinMs: muteSpreadMs, mutedUntil });
  return [toGuests(rooms.table(tenantId, id), "resync", json)];
}

const toStaff = (room: Room, event: keyof StaffServerEvents, json: string): ShardedMessage =>
  roomMessage({ nsp: namespaces.staff, room, event, json });
const toGuests = (room: Room, event: keyof GuestServerEvents, json: string): ShardedMessage =>
  roomMessage({ nsp: namespaces.guest, room, event, json });

/**
 * Whether a healthy master refused to write: no memory, no disk, too few replicas. The messages
 * reached the gateways all the same, and readers take the event from Postgres, because the log has
 * a hole. Other errors (READONLY, MOVED, LOADING, CLUSTERDOWN, MASTERDOWN, time-outs) come from a
 * server that may have no subscriber, so the event must be published again.
 */
const isRefusedWrite = (error: unknown): boolean =>
  error instanceof Error && /^(OOM|MISCONF|NOREPLICAS) /.test(error.message);
