export type { GuestActor, StaffActor } from "./actor.ts";
export { requestEvent } from "./state/request-event.ts";
export { applyCommand } from "./commands/apply-command.ts";
export { answerOnce, hashCommand, purgeAnswers } from "./idempotency/idempotency.ts";
export type { Idempotency, Once } from "./idempotency/stored-answer.ts";
export { findRequest } from "./state/find-request.ts";
export { toRequest, type RequestRow } from "./state/request-row.ts";
export { selectPage } from "./state/select-requests.ts";
export { createRequest } from "./commands/create-request.ts";
export {
  escalateRequest,
  expireRequest,
  returnRequest,
  ringRequest,
  type DeadlineResult,
} from "./deadlines/deadlines.ts";
export { lookUpKey, type Guard } from "./idempotency/look-up-key.ts";
export {
  dropOldestMonth,
  eraseOldNotes,
  makeHistory,
  moveClosedRequests,
  movedColumns,
  purgeRequests,
} from "./history/request-history.ts";
export { guardRevoked } from "./idempotency/guard-revoked.ts";
export { markSeen, type GuestMessage } from "./reads/mark-seen.ts";
export { readBoard } from "./reads/read-board.ts";
export { readChangedTables } from "./reads/read-changed-tables.ts";
export { readEvents } from "./reads/read-events.ts";
export { readGuestRequests } from "./reads/read-guest-requests.ts";
export { releaseClaims } from "./commands/release-claims.ts";
export { runCommand, type CommandContext, type CommandResult } from "./commands/run-command.ts";
export type { NextEscalation, NextRing } from "./state/saved-row.ts";
export { sendCommand } from "./commands/send-command.ts";
export { withdrawCall } from "./commands/withdraw-call.ts";
