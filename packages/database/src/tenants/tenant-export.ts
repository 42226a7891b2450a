import { sql } from "kysely";
import type { Database } from "../database.ts";
import { tenantTables } from "./tenant-deletion.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

/** One row of an export, without what is secret in it. */
interface ExportedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Rows that mean nothing outside the running system, or are secrets as a whole. */
const leftOut: readonly string[] = [
  "answer",
  "deadline",
  "invitation",
  "outbox",
  "retired_code",
  "tenant_counter",
];

/**
 * Where the worker moves closed requests to. Read last: a request that is moved meanwhile is in
 * both tables, instead of in none.
 */
const history = "request_history";

/** Tables of an export, those that others refer to first. */
const exportedTables: readonly string[] = [
  "tenant",
  ...tenantTables.filter((table) => !leftOut.includes(table) && table !== history).toReversed(),
  history,
];

/** Hashes of passwords and tokens, keys of subscriptions and webhooks. */
const secretField = /_hash$|secret|receipt|endpoint|^keys$|p256dh|^auth$/;

/**
 * Every row of a restaurant, page by page in the order of the primary keys, each page in a
 * transaction of its own: the export is no snapshot while the restaurant is served, but misses no
 * row that stays. Codes of tables are in it, so that printed ones stay good; passwords, tokens and
 * secrets are not.
 */
export async function* exportTenant(
  database: Database,
  tenantId: string,
  { pageRows = 500 }: { readonly pageRows?: number } = {},
): AsyncGenerator<ExportedRow[]> {
  for (const table of exportedTables) {
    const read = (after: readonly string[] | undefined): Promise<Page> =>
      database.inTenant(tenantId, (tx) => readPage(tx, table, after, pageRows), { readOnly: true });
    for (let page = await read(undefined); page.rows.length > 0; page = await read(page.last))
      yield page.rows.map((row) => ({ table, row: withoutSecrets(row) }));
  }
}

interface Page {
  readonly rows: readonly Record<string, unknown>[];
  /** Key of the last row, as text. */
  readonly last: readonly string[] | undefined;
}

async function readPage(
  tx: TenantTransaction,
  table: string,
  after: readonly string[] | undefined,
  limit: number,
): Promise<Page> {
  const key = await keyOf(tx, table);
  const columns = sql.join(key.map(({ name }) => sql.ref(name)));
  const beyond =
    after === undefined
      ? sql`true`
      : sql`(${columns}) > (${sql.join(
          key.map(({ type }, index) => sql`${after[index]}::text::${sql.raw(type)}`),
        )})`;
  const texts = sql.join(key.map(({ name }) => sql`${sql.ref(name)}::text`));
  const owner = sql.ref(table === "tenant" ? "id" : "tenant_id");
  const { rows } = await sql<{ row: Record<string, unknown>; key: string[] }>`
    select to_jsonb(one) as row, array[${texts}] as key from ${sql.table(table)} one
    where ${owner} = ${tx.tenantId} and ${beyond} order by ${columns} limit ${limit}::integer`.execute(
    tx,
  );
  return { rows: rows.map(({ row }) => row), last: rows.at(-1)?.key };
}

/** Columns of a table's primary key with their types, in its order. */
async function keyOf(
  tx: TenantTransaction,
  table: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const { rows } = await sql<{ name: string; type: string }>`
    select attname as name, format_type(atttypid, atttypmod) as type
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = ${table}::regclass and indisprimary
    order by array_position(indkey::int2[], attnum)`.execute(tx);
  return rows;
}

/** Rows are JSON: a secret may also be a field of a column's object. */
const withoutSecrets = (row: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(row, (name, value: unknown) => (secretField.test(name) ? undefined : value)),
  ) as Record<string, unknown>;
