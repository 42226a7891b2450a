export type { ClientOptions } from "./connection/client-options.ts";
export type { ConnectionState, PathState } from "./connection/connection-state.ts";
export type { GuestClientEvents, GuestClientOptions } from "./guest/guest-client-events.ts";
export { GuestClient } from "./guest/guest-client.ts";
export type { CallStorage, GuestCall, PendingCall } from "./guest/guest-outbox.ts";
export type { StaffReach } from "./guest/staff-presence.ts";
export type * from "./protocol/types.ts";
export { ClientError } from "./shared/client-error.ts";
export type { Timing } from "./shared/timing.ts";
export type { Position } from "./staff/event-sequencer.ts";
export type { ScreenState } from "./staff/screen-report.ts";
export type { StaffClientEvents, StaffClientOptions } from "./staff/staff-client-events.ts";
export { StaffClient } from "./staff/staff-client.ts";
export type {
  CommandOptions,
  NewRequest,
  QueuedCommand,
  StaffCommand,
} from "./staff/staff-commands.ts";
export type { StaffSession } from "./staff/staff-session.ts";
