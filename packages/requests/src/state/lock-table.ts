import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import type { Actor } from "../actor.ts";

/**
 * Locks a table's row in share mode until COMMIT, so that no request is opened on a table that is
 * being retired or muted: those lock the row first and the table's requests after it. Throws
 * `table_muted` for a guest of a muted table.
 */
export async function lockTable(
  tx: TenantTransaction,
  tableId: string,
  actor: Actor,
): Promise<"active" | "retired"> {
  const { rows } = await sql<{ retired: boolean; mutedUntil: Date | null }>`
    select retired_at is not null as retired,
      case when muted_until > clock_timestamp() then muted_until end as "mutedUntil"
    from dining_table where tenant_id = ${tx.tenantId} and id = ${tableId} for share`.execute(tx);
  const [table] = rows;
  if (table === undefined || table.retired) return "retired";
  if (actor.kind === "guest" && table.mutedUntil !== null) refuseMuted(table.mutedUntil);
  return "active";
}

/** A guest of this table may send nothing until then. */
export function refuseMuted(until: Date): never {
  throw new AppError("table_muted", { extra: { members: { until: until.toISOString() } } });
}
