import type { Statement } from "./statement.ts";

/** SQL: whether the server is a standby or refuses writes by default. */
export const staleExpression =
  "(pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean)";

/** Server-side limits of a transaction, ms. Each below the client-side limit of a statement. */
export interface TransactionLimits {
  /** Longest wait for one lock. */
  readonly lockMs: number;
  /** Longest statement. COMMIT is not bounded by it: it may wait for a synchronous standby. */
  readonly statementMs: number;
  /** Longest pause between two statements: ends the transaction of a process that stopped. */
  readonly idleMs: number;
  /** Longest transaction, where the server is Postgres 17 or later. */
  readonly transactionMs: number;
}

export const defaultLimits: TransactionLimits = {
  lockMs: 2_000,
  statementMs: 4_000,
  idleMs: 5_000,
  transactionMs: 10_000,
};

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** One snapshot for every statement; the default is read committed. */
  readonly isolation?: "repeatable read";
  /**
   * Postgres keeps the plan of each named statement from its first execution on, instead of
   * planning for the values of the first five. For statements that find their rows by key.
   */
  readonly keepsPlans?: boolean;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** SET takes no parameters, so the id is checked before it becomes part of a statement. */
export function checkTenantId(tenantId: string): void {
  if (!uuid.test(tenantId)) throw new TypeError("a tenant id must be a UUID");
}

/** The limits as `name = value`, for SET. */
export const limitSettings = (
  { lockMs, statementMs, idleMs, transactionMs }: TransactionLimits,
  majorVersion: number,
): string[] => [
  `lock_timeout = ${lockMs}`,
  `statement_timeout = ${statementMs}`,
  `idle_in_transaction_session_timeout = ${idleMs}`,
  ...(majorVersion >= 17 ? [`transaction_timeout = ${transactionMs}`] : []),
];

/**
 * How Postgres plans, as `name = value`, for SET. Every statement finds its rows by an index, but
 * sessions keep plans that Postgres made while a table was small: a kept sequential scan reads
 * all rows of all tenants, and those that vacuum has not removed. A statement without an index
 * then costs so much by Postgres' count that a server before 18 would compile it: no JIT.
 */
export const planSettings: readonly string[] = ["enable_seqscan = off", "jit = off"];

const beginOf = ({ isolation, readOnly }: TransactionOptions): string =>
  [
    "BEGIN",
    ...(isolation === undefined ? [] : [`ISOLATION LEVEL ${isolation.toUpperCase()}`]),
    ...(readOnly === true ? ["READ ONLY"] : []),
  ].join(" ");
const keepPlans = "SET LOCAL plan_cache_mode = force_generic_plan";

/**
 * BEGIN, the tenant and the limits in one message, for a session behind a pooler. SET LOCAL ends
 * with the transaction, so a pooled connection never carries a tenant over.
 *
 * BEGIN comes first: when a later SET fails, the statements sent behind it fail too instead of
 * committing on their own. `tenantId` is undefined for work that belongs to no tenant.
 */
export const pooledBegin = (
  majorVersion: number,
  tenantId: string | undefined,
  options: TransactionOptions,
  limits: TransactionLimits,
): string =>
  [
    beginOf(options),
    ...(tenantId === undefined ? [] : [`SET LOCAL waiter.tenant_id = '${tenantId}'`]),
    ...(options.keepsPlans === true ? [keepPlans] : []),
    ...[...limitSettings(limits, majorVersion), ...planSettings].map((one) => `SET LOCAL ${one}`),
    // A standby answers reads without an error, and a pooler hides what it reports.
    `SELECT ${staleExpression} AS stale`,
  ].join("; ");

/** What {@link pooledBegin} says, for a session that has its limits. Prepared where `isNamed`. */
export const beginParts = (
  tenantId: string,
  options: TransactionOptions,
  isNamed: boolean,
): Statement[] => [
  command(beginOf(options), isNamed),
  {
    text: "select set_config('waiter.tenant_id', $1, true)",
    name: isNamed ? "tenant" : undefined,
    values: [tenantId],
  },
  ...(options.keepsPlans === true ? [command(keepPlans, isNamed)] : []),
];

/** A command that Postgres is not asked about; its own text is its name. */
export const command = (text: string, isNamed: boolean): Statement => ({
  text,
  name: isNamed ? text : undefined,
  returnsRows: false,
});
