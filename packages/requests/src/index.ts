export type { Actor, GuestActor, StaffActor, SystemActor, ViewOf } from "./actor.ts";
export { purgeAnswers, type Answer, type Idempotency } from "./idempotency.ts";
export { createRequest, type NewRequest } from "./create-request.ts";
export {
  escalateRequest,
  expireRequest,
  type DeadlineInput,
  type DeadlineResult,
} from "./deadlines.ts";
export { markSeen, type GuestMessage } from "./mark-seen.ts";
export { readBoard } from "./read-board.ts";
export { readEvents, type EventsQuery, type EventsResult } from "./read-events.ts";
export { readGuestRequests } from "./read-guest-requests.ts";
export type { CommandContext, CommandResult, RequestCommandInput } from "./run-command.ts";
export type { NextEscalation } from "./save-change.ts";
export { sendCommand, type CommandInput } from "./send-command.ts";
export {
  isOpen,
  transition,
  type Change,
  type Command,
  type RequestFacts,
  type Transition,
} from "./transition.ts";
