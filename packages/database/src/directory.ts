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

/** A session or a table code that ended a moment ago. */
export interface RecentRevocation {
  readonly tenant: string;
  /** What tokens carry as `sid`, or as `code`. */
  readonly id: string;
  readonly isCode: boolean;
}

/**
 * Queries of the views across tenants, the only relations readable outside a tenant's transaction.
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

  /** Sessions and table codes that ended within the last 10 s, of all tenants: their tokens may still be valid. */
  recentRevocations: (): Promise<RecentRevocation[]> =>
    db
      .selectFrom("recent_revocation")
      .select(["tenant_id as tenant", "id", "is_code as isCode"])
      .execute(),

  /** Unknown tenants are left out. */
  heads: (tenantIds: readonly string[]): Promise<TenantHead[]> =>
    db
      .selectFrom("tenant_directory")
      .select(["id as tenant", "epoch", "seq", "revoked"])
      .where("id", "=", sql<string>`any(${tenantIds}::uuid[])`)
      .execute(),
});
