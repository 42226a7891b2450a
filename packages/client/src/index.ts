export type { ClientOptions } from "./connection/client-options.ts";
export type { ConnectionState } from "./connection/connection-state.ts";
export {
  GuestClient,
  type GuestClientEvents,
  type GuestClientOptions,
} from "./guest/guest-client.ts";
export type { CallStorage, GuestCall, PendingCall } from "./guest/guest-outbox.ts";
export { ClientError } from "./shared/client-error.ts";
export type { Timing } from "./shared/timing.ts";
export {
  StaffClient,
  type StaffClientEvents,
  type StaffClientOptions,
  type StaffCommand,
} from "./staff/staff-client.ts";
export type { Position } from "./staff/event-sequencer.ts";
export type { StaffSession } from "./staff/staff-session.ts";
