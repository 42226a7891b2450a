import { sql, type Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** A tenant as the directory shows it, outside its transaction. */
export interface TenantEntry {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** A tenant's true position, and its revoked sessions whose access tokens may not have expired. */
export interface TenantHead {
  readonly tenant: string;
  readonly epoch: string;
  readonly seq: number;
  readonly revoked: string[];
}

/**
 * Queries of the view across tenants, the only relation readable outside a tenant's transaction.
 */
export const createDirectory = (db: Kysely<Schema>) => ({
  findTenant: (slug: string): Promise<TenantEntry | undefined> =>
    db
      .selectFrom("tenant_directory")
      .select(["id", "slug", "name"])
      .where("slug", "=", slug)
      .executeTakeFirst(),

  /** In order of id, at most `limit`; `after` is the last id of the previous page. */
  listTenants: ({
    after,
    limit = 1_000,
  }: { after?: string | undefined; limit?: number } = {}): Promise<TenantEntry[]> =>
    db
      .selectFrom("tenant_directory")
      .select(["id", "slug", "name"])
      .$if(after !== undefined, (query) => query.where("id", ">", after ?? ""))
      .orderBy("id")
      .limit(limit)
      .execute(),

  /** Unknown tenants are left out. */
  heads: (tenantIds: readonly string[]): Promise<TenantHead[]> =>
    db
      .selectFrom("tenant_directory")
      .select(["id as tenant", "epoch", "seq", "revoked"])
      .where("id", "=", sql<string>`any(${tenantIds}::uuid[])`)
      .execute(),
});
