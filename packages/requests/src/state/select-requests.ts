import { sql, type RawBuilder } from "kysely";
import type { RequestRow } from "./request-row.ts";

/**
 * `select` of {@link RequestRow}s from `source`, which is a table or the rows that a statement has
 * just changed (a CTE): the names are joined in the same round trip.
 */
export const selectRequests = (
  source: "request" | "request_history" | "changed",
  more: RawBuilder<unknown> = sql``,
): RawBuilder<RequestRow> => sql<RequestRow>`
  ${selectWith(joinedNames, more)}
  ${fromWithNames(source, sql`r.tenant_id`, joinTable(sql`r.tenant_id`))}`;

/** Rows that are read before their names, at most as many as a limit of their own says. */
export interface RequestPage {
  readonly tenantId: string;
  /** The table of all rows, where there is one. */
  readonly tableId?: string;
  readonly rows: RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
}

/**
 * `select` of a page of {@link RequestRow}s with their names, which are joined for the given
 * tenant: joined by each row's tenant, Postgres would expect one row instead of a page, and read
 * the names once per row.
 */
export const selectPage = ({
  tenantId,
  tableId,
  rows,
  order,
}: RequestPage): RawBuilder<RequestRow> => {
  const tenant = sql`${tenantId}::uuid`;
  // Of one table: read once, and not at all for an empty page.
  const tableLabel = sql`(select label from dining_table
    where tenant_id = ${tenantId} and id = ${tableId})`;
  const [names, table] =
    tableId === undefined
      ? [joinedNames, joinTable(tenant)]
      : [{ ...joinedNames, tableLabel }, sql``];
  return sql<RequestRow>`with page as materialized (${rows})
    ${selectWith(names)} ${fromWithNames("page", tenant, table)} order by ${order}`;
};

const joinTable = (tenant: RawBuilder<unknown>) =>
  sql`join dining_table on dining_table.tenant_id = ${tenant} and dining_table.id = r.table_id`;

const fromWithNames = (source: string, tenant: RawBuilder<unknown>, table: RawBuilder<unknown>) =>
  sql`from ${sql.ref(source)} r ${table}
  left join staff author on author.tenant_id = ${tenant} and author.id = r.created_by
  left join staff claimer on claimer.tenant_id = ${tenant} and claimer.id = r.claimed_by`;

interface Names {
  readonly tableLabel: RawBuilder<unknown>;
  readonly author: RawBuilder<unknown>;
  readonly claimer: RawBuilder<unknown>;
  readonly claimerForGuests: RawBuilder<unknown>;
}
const joinedNames: Names = {
  tableLabel: sql`dining_table.label`,
  author: sql`author.name`,
  claimer: sql`claimer.name`,
  claimerForGuests: sql`coalesce(claimer.guest_name, split_part(claimer.name, ' ', 1))`,
};
/** Of one row: few have names, and Postgres prepares a join whether or not it finds one. */
export const calledNames: Names = {
  tableLabel: sql`dining_table.label`,
  author: sql`case when r.created_by is not null then staff_name(r.tenant_id, r.created_by) end`,
  claimer: sql`case when r.claimed_by is not null then staff_name(r.tenant_id, r.claimed_by) end`,
  claimerForGuests: sql`case when r.claimed_by is not null
    then staff_guest_name(r.tenant_id, r.claimed_by) end`,
};

/** `select` of a request `r` with its names, up to `from`. */
export const selectWith = (
  { tableLabel, author, claimer, claimerForGuests }: Names,
  more: RawBuilder<unknown> = sql``,
) => sql`
  select r.id, r.table_id as "tableId", ${tableLabel} as "tableLabel", r.type, r.state,
    r.level, r.version, r.note, r.payment,
    r.guest_session as "guestSession", r.created_by as "createdBy", ${author} as "createdByName",
    r.created_at as "createdAt", r.updated_at as "updatedAt", r.seen_at as "seenAt",
    r.claimed_by as "claimedBy", ${claimer} as "claimedByName",
    ${claimerForGuests} as "claimedByGuestName",
    r.claimed_at as "claimedAt", r.closed_at as "closedAt", r.reason, r.round, r.policy,
    r.late_at as "lateAt", r.unreached_at as "unreachedAt" ${more}`;
