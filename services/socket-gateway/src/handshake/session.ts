import type {
  Caller,
  GuestClientEvents,
  GuestServerEvents,
  Head,
  StaffClientEvents,
  StaffServerEvents,
} from "@waiter/contracts";
import type { Namespace, Socket } from "socket.io";

interface BaseSession {
  readonly tenantId: string;
  readonly slug: string;
  readonly sid: string;
  /** What the permission table knows this socket as. */
  caller: Caller;
  /** The client's address as trusted proxies report it. */
  readonly address: string;
  /** The user's token, sent with every command. */
  token: string;
  /** For the client's next handshake; cleared when it was sent. */
  ticket: string | undefined;
  /** ms since the epoch. */
  expiresAt: number;
}
/** Data of a staff socket. One per socket, so its size matters. */
export interface StaffSession extends BaseSession {
  readonly audience: "staff";
  readonly staffId: string;
  /** Generation of the person's role; a revocation may name it like a session. */
  roleId: string;
}
export interface GuestSession extends BaseSession {
  readonly audience: "guest";
  readonly tableId: string;
  /** Generation of the table's code; a revocation may name it like a session. */
  code: string | undefined;
  /** The position that the guest presented; cleared when it was compared. */
  position: Head | undefined;
}
export type Session = StaffSession | GuestSession;

/** Events of serverSideEmit on `/staff`, delivered to every gateway. */
export interface ServerSideEvents {
  "waiter:session-revoked": (message: unknown) => void;
}
export type StaffSocket = Socket<
  StaffClientEvents,
  StaffServerEvents,
  ServerSideEvents,
  StaffSession
>;
export type GuestSocket = Socket<
  GuestClientEvents,
  GuestServerEvents,
  ServerSideEvents,
  GuestSession
>;
export type AnySocket = StaffSocket | GuestSocket;
export type StaffNamespace = Namespace<
  StaffClientEvents,
  StaffServerEvents,
  ServerSideEvents,
  StaffSession
>;
export type GuestNamespace = Namespace<
  GuestClientEvents,
  GuestServerEvents,
  ServerSideEvents,
  GuestSession
>;
