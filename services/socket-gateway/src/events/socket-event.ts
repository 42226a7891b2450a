import type { GuestEventName, StaffEventName } from "@waiter/contracts";
import type { AnySocket, GuestSession, Session, StaffSession } from "../handshake/session.ts";

/**
 * One event that clients may send. `handle` gets the unvalidated payload and returns the content of
 * the acknowledgement; an exception is answered as `{ok: false, error}`.
 */
export interface SocketEvent<S extends Session, Name extends string = string> {
  /** A row of the permission table: an event without one does not compile. */
  readonly name: Name;
  handle(
    session: S,
    payload: unknown,
    socket: AnySocket,
  ): Promise<object | undefined> | object | undefined;
}
export type StaffEvent = SocketEvent<StaffSession, StaffEventName>;
export type GuestEvent = SocketEvent<GuestSession, GuestEventName>;
