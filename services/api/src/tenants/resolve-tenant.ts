import { tenantLabel, type TenantLabel } from "@waiter/auth";
import { AppError } from "@waiter/errors";
import type { TenantEntry } from "@waiter/database";
import type { RequestHandler, Response } from "express";
import type { TenantDirectory } from "../caches/tenant-directory.ts";

interface HostLocals {
  host?: TenantLabel;
}

/**
 * Reads what the host names, from the Host header, or from X-Forwarded-Host where a trusted proxy sent it (Express'
 * `trust proxy` decides). A host that is neither the apex nor one label under it is a 404.
 */
export const readHost =
  (domainUrl: string): RequestHandler =>
  (request, response, next) => {
    const host = tenantLabel(request.host, domainUrl);
    if (host.kind === "unknown") throw new AppError("tenant_unknown");
    (response.locals as HostLocals).host = host;
    next();
  };

/** What the request's host names; `unknown` where nobody looked. */
export const hostOf = (response: Response): TenantLabel =>
  (response.locals as HostLocals).host ?? { kind: "unknown" };

/**
 * The tenant whose host this is.
 * @throws {AppError} `tenant_unknown` where there is none.
 */
export async function tenantOf(tenants: TenantDirectory, response: Response): Promise<TenantEntry> {
  const host = hostOf(response);
  const tenant = host.kind === "tenant" ? await tenants.find(host.slug) : undefined;
  if (tenant === undefined) throw new AppError("tenant_unknown");
  return tenant;
}
