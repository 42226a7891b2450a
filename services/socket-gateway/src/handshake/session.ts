import type {
  GuestClientEvents,
  GuestServerEvents,
  StaffClientEvents,
  StaffServerEvents,
} from "@waiter/contracts";
import type { Namespace, Socket } from "socket.io";

interface BaseSession {
  readonly tenantId: string;
  readonly slug: string;
  readonly sid: string;
  /** The client's own, as far as the proxies between are trusted. */
  readonly address: string;
  /** The user's own token, sent along with every command. */
  token: string;
  /** ms since the epoch. */
  expiresAt: number;
  /** Token bucket of the messages this socket may still send; `allowedAt` is when it was last filled. */
  allowance: number;
  allowedAt: number;
}
/** What is known about a staff socket. One small object per socket: its size times a million is memory. */
export interface StaffSession extends BaseSession {
  readonly audience: "staff";
  readonly staffId: string;
}
export interface GuestSession extends BaseSession {
  readonly audience: "guest";
  readonly tableId: string;
}
export type Session = StaffSession | GuestSession;

/** serverSideEmit: heard on `/staff` by every gateway. */
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
