import * as database from "@waiter/database";
import { AppError } from "@waiter/errors";

/** What a tenant leaves outside the database. */
export interface TenantRemains {
  readonly tenantId: string;
  readonly epoch: string;
  readonly tableIds: readonly string[];
}

/**
 * Marks a tenant as deleted: it is unknown from here on, and the worker deletes its rows.
 * @throws {AppError} `not_found` where there is none.
 */
export async function deleteTenant(db: database.Database, slug: string): Promise<TenantRemains> {
  const tenant = await db.findTenant(slug);
  const [head] = tenant === undefined ? [] : await db.heads([tenant.id]);
  if (tenant === undefined || head === undefined) throw new AppError("not_found");
  const tables = await db.inTenant(tenant.id, (tx) => database.listTables(tx), { readOnly: true });
  if (!(await database.deleteTenant(db, tenant.id))) throw new AppError("not_found");
  return { tenantId: tenant.id, epoch: head.epoch, tableIds: tables.map(({ id }) => id) };
}
