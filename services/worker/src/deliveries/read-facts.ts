import type { Language, RequestState } from "@waiter/contracts";
import type { SecondChannelRow, TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/** What a message about a request may say, and where the restaurant's own channel leads. */
export interface Facts {
  readonly requestId: string;
  readonly tableId: string;
  readonly table: string;
  readonly type: string;
  readonly typeLabel: string;
  readonly icon: string;
  readonly translations: Readonly<Record<string, string>>;
  readonly state: RequestState;
  readonly level: number;
  readonly createdAt: Date;
  readonly restaurant: { readonly name: string; readonly slug: string };
  /** The restaurant's own language. */
  readonly language: Language;
  readonly secondChannel: SecondChannelRow | null;
}

/** By request. Neither a note nor a code is among them. */
export async function readFacts(
  tx: TenantTransaction,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, Facts>> {
  const { rows } = await sql<Omit<Facts, "restaurant"> & { name: string; slug: string }>`
    select r.id as "requestId", t.id as "tableId", t.label as "table", r.type,
      coalesce(q.label, r.type) as "typeLabel", coalesce(q.icon, '') as icon,
      coalesce(q.translations, '{}') as translations, r.state, r.level,
      r.created_at as "createdAt", n.name, n.slug, n.languages[1] as language,
      n.second_channel as "secondChannel"
    from request r
    join dining_table t on t.tenant_id = r.tenant_id and t.id = r.table_id
    left join request_type q on q.tenant_id = r.tenant_id and q.key = r.type
    join tenant n on n.id = r.tenant_id
    where r.tenant_id = ${tx.tenantId} and r.id = any(${[...requestIds]}::uuid[])`.execute(tx);
  return new Map(
    rows.map(({ name, slug, ...facts }) => [
      facts.requestId,
      { ...facts, restaurant: { name, slug } },
    ]),
  );
}
