import { AppError } from "@waiter/errors";
import type { TenantEntry } from "@waiter/database";
import type { Response } from "express";
import { clientOf } from "./client.ts";
import type { TenantDirectory } from "../caches/tenant-directory.ts";

/**
 * The tenant that the requested host names.
 * @throws {AppError} `tenant_unknown` where there is none, `tenant_suspended`.
 */
export async function tenantOf(tenants: TenantDirectory, response: Response): Promise<TenantEntry> {
  const { host } = clientOf(response);
  const tenant = host.kind === "tenant" ? await tenants.find(host.slug) : undefined;
  if (tenant === undefined) throw new AppError("tenant_unknown");
  if (tenant.suspended) throw new AppError("tenant_suspended");
  return tenant;
}
