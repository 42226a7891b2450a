import type { CommandError, Problem, Request } from "@waiter/contracts";
import { toSocketError } from "@waiter/errors";

/** A refusal by the api, with its problem document. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(`the api answered ${status} ${problem.code}`);
    this.name = "ApiProblem";
    this.status = status;
    this.problem = problem;
  }
}

/** Error for an acknowledgement: the api's text if the api refused, else the catalogue's. */
export function toCommandError(thrown: unknown): CommandError {
  if (!(thrown instanceof ApiProblem)) return toSocketError(thrown);
  const { code, title, detail, errors, request } = thrown.problem;
  const fields = errors
    ?.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
  return {
    code,
    message: detail ?? fields ?? title,
    ...(request !== undefined && { request: request as Request }),
  };
}
