import type { CommittedEvent, EventActor, RestaurantEventType, Role } from "@waiter/contracts";
import type { Database, TenantTransaction } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import {
  answerOnce,
  hashCommand,
  releaseClaims,
  type Guard,
  type Idempotency,
} from "@waiter/requests";

/** Who changes the restaurant: a person, or the command line and the platform, which have no id. */
export interface Editor {
  readonly id: string | null;
  readonly role: Role | "platform";
}

/** Whose transaction, and the key and trace that it carries. */
export interface ChangeContext {
  readonly tenantId: string;
  readonly editor: Editor;
  readonly idempotency?: Idempotency | undefined;
  /** W3C trace context, for the events. */
  readonly traceparent?: string | undefined;
  /** Refuse the change in its transaction: the editor's session may have ended since it was checked. */
  readonly guards?: readonly Guard[];
}

/**
 * Appends one event when it is called; it takes the tenant's next number, so every row change comes
 * first.
 */
export type AppendOne = (tx: TenantTransaction) => Promise<CommittedEvent>;

/** What a change decided: its answer, and its events in order. */
export interface Decided<Body> {
  readonly status: 200 | 201 | 204;
  readonly body: Body;
  readonly events: readonly AppendOne[];
}

/**
 * Keeps what is secret in an answer (codes, e-mail addresses, the Wi-Fi's password) out of the
 * stored one: `seal` removes it, and a replay shows what `reveal` finds in the rows by then.
 */
export interface Sealing<Body> {
  readonly seal: (body: Body) => unknown;
  readonly reveal: (tx: TenantTransaction, sealed: Body) => Promise<Body>;
}

/** A change's outcome, after COMMIT. `events` are to be published; a replayed answer has none. */
export interface Changed<Body> {
  readonly status: number;
  readonly body: Body;
  readonly events: readonly CommittedEvent[];
  readonly replayed: boolean;
}

/**
 * Runs one change of the restaurant in one transaction: the conditional row changes of `fn`, the
 * stored answer, the events. The same Idempotency-Key replays the first answer. What `fn` throws
 * rolls everything back and is not stored.
 *
 * `name` and `input` make the idempotency hash: a key used for another change is
 * `idempotency_key_reused`.
 */
export async function change<Body>(
  database: Database,
  { tenantId, editor, idempotency, traceparent, guards }: ChangeContext,
  name: string,
  input: unknown,
  fn: (tx: TenantTransaction, log: EventMaker) => Promise<Decided<Body>>,
  sealing?: Sealing<Body>,
): Promise<Changed<Body>> {
  const once = idempotency && { idempotency, hash: hashCommand(idempotency, [name, input]) };
  const log: EventMaker = (type, data) => (tx) =>
    appendEvent(tx, { tenantId, type, data, actor: actorOf(editor), traceparent });
  const outcome = await answerOnce<Body, never, Fresh<Body>>(database, tenantId, once, {
    ...(guards && { guards }),
    finish: async (tx, _found, store) => {
      const { status, body, events } = await fn(tx, log);
      const answer = { status, body };
      await store.save(sealing === undefined ? answer : { status, body: sealing.seal(body) });
      const committed: CommittedEvent[] = [];
      for (const append of events) committed.push(await append(tx));
      return { answer, events: committed };
    },
  });
  const changed = { ...outcome.answer, events: [], replayed: false, ...outcome };
  if (!changed.replayed || sealing === undefined) return changed;
  const reveal = (tx: TenantTransaction): Promise<Body> => sealing.reveal(tx, changed.body);
  return { ...changed, body: await database.inTenant(tenantId, reveal, { readOnly: true }) };
}

/**
 * Opens the claimed requests of a person who was deactivated or erased: else a guest waits for that
 * person until the policy's `doneAfterS`. Their events come first.
 */
export const releaseClaimsOf = (
  tx: TenantTransaction,
  { editor: { id }, traceparent }: ChangeContext,
  staffId: string,
): Promise<AppendOne[]> =>
  releaseClaims(tx, staffId, {
    by: id === null ? undefined : { kind: "staff", id, role: "manager" },
    traceparent,
  });

interface Fresh<Body> {
  readonly answer: { readonly status: number; readonly body: Body };
  readonly events: readonly CommittedEvent[];
}

/** Who changed the restaurant, as events name them: people by their id alone, which stays. */
export const actorOf = ({ id }: Editor): EventActor =>
  id === null ? { kind: "system", via: "platform" } : { kind: "staff", id };

/** An event of this change; `data` holds what every waiter may read. */
export type EventMaker = (type: RestaurantEventType, data: object) => AppendOne;
