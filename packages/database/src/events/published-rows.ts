import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema/schema.ts";

/** What identifies an outbox row and its event. */
export interface PublishedRow {
  readonly tenantId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly eventId: string;
}

/** Deletes published outbox rows of any tenants; returns how many were there. */
export async function deletePublished(
  db: Kysely<Schema>,
  rows: readonly PublishedRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { rows: answer } = await sql<{ deleted: number }>`
    select public.delete_published(
      ${rows.map((row) => row.tenantId)}::uuid[], ${rows.map((row) => row.epoch)}::uuid[],
      ${rows.map((row) => row.seq)}::bigint[], ${rows.map((row) => row.eventId)}::uuid[]
    ) as deleted`.execute(db);
  return answer[0]?.deleted ?? 0;
}
