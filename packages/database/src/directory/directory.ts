import { sql, type Kysely } from "kysely";
import { WrongServerError } from "../failures.ts";
import { prepareStatement } from "../transactions/prepare-statement.ts";
import type { Schema } from "../schema/schema.ts";
import { staleExpression } from "../sessions/transaction-limits.ts";

/** A tenant as the directory shows it, outside its transaction. */
export interface TenantEntry {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** A suspended tenant keeps everything and is served nothing. */
  readonly suspended: boolean;
}

/**
 * A tenant's true position, and what its access tokens may no longer name: ended sessions, replaced
 * table codes and roles, and its own id while it is suspended.
 */
export interface TenantHead {
  readonly tenant: string;
  readonly epoch: string;
  readonly seq: number;
  readonly revoked: string[];
}

/** What ended a moment ago: a session, a table's code, a role, or a tenant. */
export interface RecentRevocation {
  readonly tenant: string;
  /** What tokens carry as `sid`, `code` or `rid`; the tenant's own id when it is suspended or deleted. */
  readonly id: string;
  readonly isCode: boolean;
}

const columns = [
  "id",
  "slug",
  "name",
  sql<boolean>`suspended_at is not null`.as("suspended"),
] as const;

/**
 * Queries of the views across tenants, the only relations readable outside a tenant's transaction.
 */
export const createDirectory = (db: Kysely<Schema>) => ({
  findTenant: (slug: string): Promise<TenantEntry | undefined> =>
    db.selectFrom("tenant_directory").select(columns).where("slug", "=", slug).executeTakeFirst(),

  /** In order of id, at most `limit`; `after` is the last id of the previous page. */
  listTenants: ({
    after,
    limit = 1_000,
  }: { after?: string | undefined; limit?: number } = {}): Promise<TenantEntry[]> =>
    db
      .selectFrom("tenant_directory")
      .select(columns)
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

  /**
   * Unknown tenants are left out. Throws {@link WrongServerError} when the server is a standby: a
   * pooler hides what it reports.
   */
  heads: async (tenantIds: readonly string[]): Promise<TenantHead[]> => {
    const [tenantId] = tenantIds;
    const rows = await (tenantIds.length === 1 && tenantId !== undefined
      ? selectHead.run(db, { tenantId })
      : selectHeads.run(db, { tenantIds }));
    return rows.map(({ stale, ...head }) => {
      if (stale) throw new WrongServerError();
      return head;
    });
  },
});

type HeadRow = TenantHead & { readonly stale: boolean };
const headColumns = sql`id as tenant, epoch, seq, revoked`;

const selectHead = prepareStatement<{ tenantId: string }, HeadRow>(
  (p) => sql<HeadRow>`
    select ${headColumns}, ${sql.raw(staleExpression)} as stale from tenant_directory
    where id = ${p("tenantId")}`,
);

/**
 * One index lookup per tenant, however many tenants exist: without the limit Postgres reads every
 * counter for a large batch. The array is a subquery, so that its length is unknown to the planner:
 * for arrays that are shorter than its guess Postgres would plan at each execution.
 */
const selectHeads = prepareStatement<{ tenantIds: readonly string[] }, HeadRow>(
  (p) => sql<HeadRow>`
    select head.*, ${sql.raw(staleExpression)} as stale
    from (select distinct id from unnest((select ${p("tenantIds")}::uuid[])) as id) wanted
    cross join lateral (
      select ${headColumns} from tenant_directory where tenant_directory.id = wanted.id limit 1
    ) head`,
);
