import type { Claims } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Response } from "express";

/** What later middleware of the same request, limits and logs, may know of its caller. */
interface CallerLocals {
  principal?: Claims;
  /** Slug, for logs. */
  tenant?: string;
}

export function rememberCaller(response: Response, tenant: TenantEntry | undefined, principal: Claims | undefined): void {
  const locals = response.locals as CallerLocals;
  if (tenant !== undefined) locals.tenant = tenant.slug;
  if (principal !== undefined) locals.principal = principal;
}

export const principalOf = (response: Response): Claims | undefined => (response.locals as CallerLocals).principal;
