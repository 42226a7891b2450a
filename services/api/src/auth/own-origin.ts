import { tenantOrigin } from "@waiter/auth";
import { AppError } from "@waiter/errors";
import type { Request } from "express";

/**
 * Refuses requests that a browser sends for a page of another origin. All tenants are one *site*,
 * so SameSite does not protect a cookie from a sibling's page. The own origin follows from
 * DOMAIN_URL and the tenant, never from Host. A request with neither Origin nor Sec-Fetch-Site
 * comes from a program and passes.
 * @throws {AppError} `origin_refused`
 */
export function requireOwnOrigin(request: Request, slug: string, domainUrl: string): void {
  const origin = request.get("origin");
  const site = request.get("sec-fetch-site");
  if (origin === undefined && site === undefined) return;
  if (site === "same-origin" || origin === tenantOrigin(slug, domainUrl)) return;
  throw new AppError("origin_refused");
}
