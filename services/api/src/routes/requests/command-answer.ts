import type { GuestRequest, Request } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { CommandResult } from "@waiter/requests";
import type { Answer } from "../../http/route.ts";

/**
 * The answer to a committed command: `{request}`, or a 409 problem with the current request for one
 * that lost.
 */
export function commandAnswer(
  result: CommandResult<Request> | CommandResult<GuestRequest>,
): Answer {
  const { status, body } = result.answer;
  if (status === 409) throw new AppError("conflict", { extra: { request: body.request } });
  return { status, body, headers: result.replayed ? { "Idempotent-Replayed": "true" } : {} };
}
