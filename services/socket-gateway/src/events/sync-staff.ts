import {
  eventsAnswer,
  limits,
  rooms,
  syncBody,
  type Envelope,
  type Head,
  type SyncAnswer,
  type SyncBody,
} from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ReplayLog } from "@waiter/replay-log";
import type { ApiClient } from "../api/api-client.ts";
import { ApiProblem } from "../api/api-problem.ts";
import type { AnySocket, StaffSession } from "../handshake/session.ts";
import type { ResetSpread } from "./reset-spread.ts";
import type { StaffEvent } from "./socket-event.ts";

export interface SyncDeps {
  readonly log: Pick<ReplayLog, "read">;
  readonly api: ApiClient;
  /** Resolves when the room's subscription is confirmed (true) or the wait timed out (false). */
  readonly subscribed: (room: string) => Promise<boolean>;
  /** An answer was read before the confirmation: the room needs the head when it is confirmed. */
  readonly onEarly: (tenantId: string) => void;
  readonly isDegraded: () => boolean;
  /** The tenant's head that this gateway knows, and the head in Postgres. */
  readonly knownHead: (tenantId: string) => Head | undefined;
  readonly askHead: (tenantId: string) => Promise<Head | undefined>;
  /** The api serves clients that are further behind. */
  readonly maxEvents: number;
  /** Longer answers are `reset`: the write buffer would cut the client that asked for them. */
  readonly maxBytes: number;
  readonly resets: ResetSpread;
  /** Bytes of events were read for the socket, and its answer does not hold them. */
  readonly onUnsent: (socket: AnySocket, bytes: number) => void;
  readonly onAnswer: (result: "ok_log" | "ok_api" | "reset") => void;
}

/**
 * `sync` {epoch?, since} -> everything after `since`, or `reset` (G2, G3).
 *
 * The answer waits for the room's subscription: earlier events are in the log, later ones arrive
 * through the room. If it is not confirmed in time, the api answers, and the gateway sends the head
 * again on confirmation. `ok` holds exactly since+1..head of one epoch, from the log if it is
 * complete up to the known head, else from the api. If neither has them, the answer is `reset`,
 * without a question to the api where the known head is more than a page ahead.
 */
export function syncStaff(deps: SyncDeps): StaffEvent {
  return {
    name: "sync",
    handle: async (session, payload, socket): Promise<SyncAnswer> => {
      const body = validate(syncBody, payload);
      const unsent = (bytes: number): void => deps.onUnsent(socket, bytes);
      if (await isSubscribed(session)) {
        const answer = await fromLog(session, body, unsent);
        if (answer !== undefined) return answer;
      }
      return await fromApi(session, body, unsent);
    },
  };

  async function isSubscribed({ tenantId }: StaffSession): Promise<boolean> {
    // After an outage the gateway sends every head anyway.
    if (deps.isDegraded()) return false;
    if (await deps.subscribed(rooms.staff(tenantId))) return true;
    deps.onEarly(tenantId);
    return false;
  }

  async function fromLog(
    session: StaffSession,
    { epoch: claimed, since }: SyncBody,
    unsent: (bytes: number) => void,
  ): Promise<SyncAnswer | undefined> {
    const { tenantId } = session;
    if (deps.isDegraded()) return undefined;
    const known = deps.knownHead(tenantId) ?? (await deps.askHead(tenantId));
    if (known === undefined || (claimed !== undefined && claimed !== known.epoch)) return undefined;
    const read = await deps.log
      .read(tenantId, known.epoch, since, deps.maxEvents)
      .catch(() => undefined);
    if (read?.status !== "ok" || read.head < known.seq) return undefined;
    const answer = toExact(
      known.epoch,
      since,
      read.head,
      read.events.map((event) => JSON.parse(event) as Envelope),
    );
    if (answer === undefined) return undefined;
    const bytes = read.events.reduce((sum, event) => sum + Buffer.byteLength(event), 0);
    if (bytes > deps.maxBytes) {
      unsent(bytes);
      return await reset(session, { epoch: known.epoch, seq: read.head });
    }
    deps.onAnswer("ok_log");
    return answer;
  }

  async function fromApi(
    session: StaffSession,
    { epoch: claimed, since }: SyncBody,
    unsent: (bytes: number) => void,
  ): Promise<SyncAnswer> {
    const known = deps.knownHead(session.tenantId);
    const isOfKnown = known !== undefined && (claimed ?? known.epoch) === known.epoch;
    if (isOfKnown && known.seq - since > limits.eventsPage) return await reset(session, known);
    try {
      const query = new URLSearchParams({
        ...(claimed !== undefined && { epoch: claimed }),
        since: String(since),
      });
      const answer = await deps.api.call({
        method: "GET",
        path: `/api/events?${query.toString()}`,
        caller: session,
        answer: eventsAnswer,
      });
      // More than a page behind: a snapshot is smaller than the events.
      const exact =
        answer.events.length < limits.eventsPage || answer.events.at(-1)?.seq === answer.head;
      const ok = exact ? toExact(answer.epoch, since, answer.head, answer.events) : undefined;
      const bytes = Buffer.byteLength(JSON.stringify(answer.events));
      if (ok === undefined || bytes > deps.maxBytes) {
        unsent(bytes);
        return await reset(session, { epoch: answer.epoch, seq: answer.head });
      }
      deps.onAnswer("ok_api");
      return ok;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 410) return await reset(session);
      throw error;
    }
  }

  async function reset({ tenantId }: StaffSession, head?: Head): Promise<SyncAnswer> {
    const current = head ?? (await deps.askHead(tenantId)) ?? deps.knownHead(tenantId);
    if (current === undefined) throw new Error("the tenant's head is unknown");
    deps.onAnswer("reset");
    return {
      status: "reset",
      epoch: current.epoch,
      head: current.seq,
      afterMs: deps.resets.next(),
    };
  }
}

/** `ok` if the events are exactly since+1..head of the epoch, one per number. */
function toExact(
  epoch: string,
  since: number,
  head: number,
  events: Envelope[],
): SyncAnswer | undefined {
  if (events.length !== head - since) return undefined;
  const isWhole = events.every(
    (event, index) => event.epoch === epoch && event.seq === since + 1 + index,
  );
  return isWhole ? { status: "ok", epoch, events, head } : undefined;
}
