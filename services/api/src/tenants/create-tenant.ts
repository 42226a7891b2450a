import { hashPassword, isTenantSlug, tenantOrigin } from "@waiter/auth";
import type { createTenantAnswer, createTenantBody } from "@waiter/contracts";
import * as database from "@waiter/database";
import { AppError } from "@waiter/errors";
import { invite } from "@waiter/restaurant";
import type { z } from "zod";
import { guestUrl } from "./guest-url.ts";
import { invitationLink } from "./invitation-link.ts";

export type NewTenant = z.output<typeof createTenantBody>;
export type CreatedTenant = z.output<typeof createTenantAnswer>;

/** SLUG_RESERVATION is in ms. */
export interface TenantConfig {
  readonly DOMAIN_URL: string;
  readonly SLUG_RESERVATION: number;
  readonly TABLES_PER_RESTAURANT: number;
}

/**
 * Makes a tenant with its owner, the usual request types and, where asked, tables, in one
 * transaction. Without a password the answer holds the owner's invitation.
 * @throws {AppError} `validation_failed` for a slug that cannot be a host label or for more tables
 * than a restaurant may have, `conflict` for a slug that is taken, or that a deleted tenant had
 * (with `freeFrom`).
 */
export async function createTenant(
  db: database.Database,
  config: TenantConfig,
  { slug, name, owner, tables = [], reuse = false }: NewTenant,
): Promise<CreatedTenant> {
  const {
    DOMAIN_URL: domainUrl,
    SLUG_RESERVATION: slugReservedForMs,
    TABLES_PER_RESTAURANT: mostTables,
  } = config;
  if (!isTenantSlug(slug)) {
    refuse(
      "slug",
      "must be a host label: at most 63 lower-case letters, digits and hyphens, beginning with a letter, not reserved",
    );
  }
  if (tables.length > mostTables) refuse("tables", `a restaurant has at most ${mostTables} tables`);
  const twice = tables.findIndex((label, index) => tables.indexOf(label) !== index);
  if (twice !== -1) refuse(`tables.${twice}`, "is in the list already");
  if (owner.password !== undefined && owner.email === undefined)
    refuse("owner.email", "is required with a password");
  const passwordHash =
    owner.password === undefined ? undefined : await hashPassword(owner.password);
  const created = await make(db, {
    slug,
    name,
    tables,
    slugReservedForMs,
    reuse,
    owner: { email: owner.email, name: owner.name, passwordHash },
  });
  const { id, email, role } = created.owner;
  const invited =
    passwordHash === undefined
      ? await invite(
          db,
          { tenantId: created.tenant.id, editor: { id: null, role: "platform" } },
          id,
        )
      : undefined;
  return {
    tenant: { ...created.tenant, origin: tenantOrigin(slug, domainUrl) },
    owner: { id, role, ...(email !== null && { email }) },
    ...(invited !== undefined && { invitation: await invitationLink(slug, domainUrl, invited) }),
    tables: created.tables.map((table) => ({
      ...table,
      guestUrl: guestUrl(slug, table.token, domainUrl),
    })),
  };
}

async function make(
  db: database.Database,
  tenant: database.NewTenant,
): Promise<database.CreatedTenant> {
  try {
    return await database.createTenant(db, tenant);
  } catch (cause) {
    if (cause instanceof database.SlugTakenError)
      throw new AppError("conflict", {
        detail: `The tenant ${tenant.slug} exists already.`,
        cause,
      });
    if (cause instanceof database.SlugReservedError) {
      const freeFrom = cause.freeFrom.toISOString();
      throw new AppError("conflict", {
        detail: `A deleted tenant had the slug ${tenant.slug}. It is free from ${freeFrom} on, or at once with "reuse" (tenant create --reuse).`,
        extra: { members: { freeFrom } },
        cause,
      });
    }
    throw cause;
  }
}

function refuse(path: string, message: string): never {
  throw new AppError("validation_failed", { extra: { errors: [{ path, message }] } });
}
