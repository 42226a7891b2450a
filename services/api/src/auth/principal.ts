import type { Claims } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Request, Response } from "express";

/** What later middleware of the same request, limits and logs, may know of its caller. */
export function rememberCaller(
  request: Request & { tenant?: TenantEntry },
  response: Response,
  tenant: TenantEntry | undefined,
  principal: Claims | undefined,
): void {
  // The request log reads `request.tenant`.
  if (tenant !== undefined) request.tenant = tenant;
  response.locals.principal = principal;
}

export const principalOf = (response: Response): Claims | undefined =>
  response.locals.principal as Claims | undefined;
