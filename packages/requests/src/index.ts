export type { GuestActor, StaffActor } from "./actor.ts";
export { requestEvent } from "./request-event.ts";
export { applyCommand } from "./apply-command.ts";
export {
  answerOnce,
  hashCommand,
  purgeAnswers,
  type Idempotency,
  type Once,
} from "./idempotency.ts";
export { findRequest, toRequest, type RequestRow } from "./request-row.ts";
export { selectPage } from "./select-requests.ts";
export { createRequest } from "./create-request.ts";
export {
  escalateRequest,
  expireRequest,
  returnRequest,
  ringRequest,
  type DeadlineResult,
} from "./deadlines.ts";
export { lookUpKey, type Guard } from "./look-up-key.ts";
export {
  dropOldestMonth,
  eraseOldNotes,
  makeHistory,
  moveClosedRequests,
  movedColumns,
  purgeRequests,
} from "./request-history.ts";
export { guardRevoked } from "./guard-revoked.ts";
export { markSeen, type GuestMessage } from "./mark-seen.ts";
export { readBoard } from "./read-board.ts";
export { readChangedTables } from "./read-changed-tables.ts";
export { readEvents } from "./read-events.ts";
export { readGuestRequests } from "./read-guest-requests.ts";
export { releaseClaims } from "./release-claims.ts";
export { runCommand, type CommandContext, type CommandResult } from "./run-command.ts";
export type { NextEscalation, NextRing } from "./save-change.ts";
export { sendCommand } from "./send-command.ts";
export { withdrawCall } from "./withdraw-call.ts";
