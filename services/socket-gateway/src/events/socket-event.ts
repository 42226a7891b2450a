import type { GuestSession, Session, StaffSession } from "../handshake/session.ts";

/**
 * One event that clients may send. `handle` gets the payload unchecked and answers with what goes into the
 * acknowledgement; what it throws is answered as `{ok: false, error}`.
 */
export interface SocketEvent<S extends Session> {
  readonly name: string;
  handle(session: S, payload: unknown): Promise<object | undefined> | object | undefined;
}
export type StaffEvent = SocketEvent<StaffSession>;
export type GuestEvent = SocketEvent<GuestSession>;
