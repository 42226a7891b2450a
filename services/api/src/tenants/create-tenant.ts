import * as crypto from "node:crypto";
import { hashPassword, isTenantSlug, newTableToken, tenantOrigin } from "@waiter/auth";
import type { createTenantAnswer, createTenantBody } from "@waiter/contracts";
import { constraintOf, type Database, type TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { z } from "zod";
import { defaultRequestTypes } from "./default-request-types.ts";
import { guestUrl } from "./guest-url.ts";

export type NewTenant = z.output<typeof createTenantBody>;
export type CreatedTenant = z.output<typeof createTenantAnswer>;

/**
 * Makes a tenant with its owner, the usual request types and, where asked, tables, in one transaction.
 * @throws {AppError} `validation_failed` for a slug that cannot be a host label, `conflict` for one that is taken.
 */
export async function createTenant(database: Database, domainUrl: string, wanted: NewTenant): Promise<CreatedTenant> {
  const { slug, name, owner } = wanted;
  if (!isTenantSlug(slug)) {
    const message = "must be a host label: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter, not reserved";
    throw new AppError("validation_failed", { extra: { errors: [{ path: "slug", message }] } });
  }
  const labels = wanted.tables ?? [];
  const twice = labels.findIndex((label, index) => labels.indexOf(label) !== index);
  if (twice !== -1) throw new AppError("validation_failed", { extra: { errors: [{ path: `tables.${twice}`, message: "is there already" }] } });
  const tenantId = crypto.randomUUIDv7();
  const person = { id: crypto.randomUUIDv7(), email: owner.email.toLowerCase(), name: owner.name, password_hash: await hashPassword(owner.password) };
  const tables = labels.map((label, position) => ({ tenant_id: tenantId, id: crypto.randomUUIDv7(), label, position, token: newTableToken(), zone_id: null }));
  try {
    await database.inTenant(tenantId, async (tx) => {
      await tx.insertInto("tenant").values({ id: tenantId, slug, name }).execute();
      await tx.insertInto("tenant_counter").values({ tenant_id: tenantId }).execute();
      await tx
        .insertInto("staff")
        .values({ tenant_id: tenantId, role: "owner", ...person })
        .execute();
      await insertRequestTypes(tx);
      if (tables.length > 0) await tx.insertInto("dining_table").values(tables).execute();
    });
  } catch (error) {
    if (constraintOf(error) === "tenant_slug_key") throw new AppError("conflict", { detail: `The tenant ${slug} exists already.`, cause: error });
    throw error;
  }
  return {
    tenant: { id: tenantId, slug, name, origin: tenantOrigin(slug, domainUrl) },
    owner: { id: person.id, email: person.email, role: "owner" },
    tables: tables.map(({ id, label, token }) => ({ id, label, token, guestUrl: guestUrl(slug, token, domainUrl) })),
  };
}

async function insertRequestTypes(tx: TenantTransaction): Promise<void> {
  const rows = defaultRequestTypes.map(({ asksPayment, ...type }, position) => ({ tenant_id: tx.tenantId, ...type, asks_payment: asksPayment, position }));
  await tx.insertInto("request_type").values(rows).execute();
}
