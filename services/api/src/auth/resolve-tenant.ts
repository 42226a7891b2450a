import { AppError } from "@waiter/errors";
import type { TenantEntry } from "@waiter/database";
import type { RequestHandler, Response } from "express";
import { clientOf } from "./client.ts";
import type { TenantDirectory } from "../caches/tenant-directory.ts";

/** Refuses hosts that are neither the apex nor one label under it. */
export const requireKnownHost: RequestHandler = (_request, response, next) => {
  if (clientOf(response).host.kind === "unknown") throw new AppError("tenant_unknown");
  next();
};

/**
 * The tenant that the requested host names.
 * @throws {AppError} `tenant_unknown` where there is none.
 */
export async function tenantOf(tenants: TenantDirectory, response: Response): Promise<TenantEntry> {
  const { host } = clientOf(response);
  const tenant = host.kind === "tenant" ? await tenants.find(host.slug) : undefined;
  if (tenant === undefined) throw new AppError("tenant_unknown");
  return tenant;
}
