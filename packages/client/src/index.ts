export { ClientError } from "./client-error.ts";
export type { ClientOptions } from "./client-options.ts";
export {
  EventSequencer,
  type Need,
  type Position,
  type Sequenced,
  type Step,
} from "./event-sequencer.ts";
export { GuestClient, type GuestClientEvents, type GuestClientOptions } from "./guest-client.ts";
export type { CallStorage, GuestCall, PendingCall } from "./guest-outbox.ts";
export type { ConnectionState } from "./link.ts";
export {
  StaffClient,
  type StaffClientEvents,
  type StaffClientOptions,
  type StaffCommand,
} from "./staff-client.ts";
export type { StaffSession } from "./staff-session.ts";
export { defaultTiming, type Timing } from "./timing.ts";
