import type { GuestRequest, Request } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { CommandResult } from "@waiter/requests";
import type { Answer } from "../../http/route.ts";
import type { AfterCommit } from "../../publishing/after-commit.ts";

/**
 * The answer to a command that was committed: `{request}`, or for one that lost a 409 problem with the request as it is.
 * What follows the commit is set going, not awaited.
 */
export function commandAnswer(
  afterCommit: AfterCommit,
  tenantId: string,
  result: CommandResult<Request> | CommandResult<GuestRequest>,
): Answer {
  afterCommit(tenantId, result);
  const { status, body } = result.answer;
  if (status === 409) throw new AppError("conflict", { extra: { request: body.request } });
  return { status, body, headers: result.replayed ? { "Idempotent-Replayed": "true" } : {} };
}
