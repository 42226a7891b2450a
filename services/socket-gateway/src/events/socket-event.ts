import type { GuestSession, Session, StaffSession } from "../handshake/session.ts";

/**
 * One event that clients may send. `handle` gets the unvalidated payload and returns the content of
 * the acknowledgement; an exception is answered as `{ok: false, error}`.
 */
export interface SocketEvent<S extends Session> {
  readonly name: string;
  handle(session: S, payload: unknown): Promise<object | undefined> | object | undefined;
}
export type StaffEvent = SocketEvent<StaffSession>;
export type GuestEvent = SocketEvent<GuestSession>;
