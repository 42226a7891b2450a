import pg from "pg";
import type { Facts, LedgerRow } from "./recount.ts";
import type { StoredEvent } from "./spans.ts";

/** Reads one restaurant's truth with plain SQL, as no service does. */
export async function readEvening(databaseUrl: string, tenantId: string): Promise<Facts> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query("select set_config('waiter.tenant_id', $1, false)", [tenantId]);
    const query = async <T extends object>(text: string): Promise<T[]> =>
      (await client.query<T>(text)).rows;
    const events = await query<{ seq: string; type: string; envelope: string }>(
      "select seq, type, envelope from event order by seq",
    );
    const rows = await query<Omit<LedgerRow, "createdAt"> & { createdAt: Date }>(
      `select request_id as "requestId", round, step, staff_id as "staffId", channel, state,
         created_at as "createdAt" from delivery`,
    );
    const requests = await query<{ id: string; table_id: string; state: string }>(
      "select id, table_id, state from request",
    );
    const tables = await query<{ id: string; zone_id: string | null }>(
      "select id, zone_id from dining_table",
    );
    return {
      slug: tenantId.slice(0, 8),
      people: await query("select id, role from staff where active and role <> 'screen'"),
      zoneOf: new Map(tables.map(({ id, zone_id }) => [id, zone_id ?? undefined])),
      tableOf: new Map(requests.map(({ id, table_id }) => [id, table_id])),
      states: new Map(requests.map(({ id, state }) => [id, state])),
      rows: rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() })),
      events: events.map(({ seq, type, envelope }): StoredEvent => {
        const { at, data } = JSON.parse(envelope) as { at: string; data: unknown };
        return { seq: Number(seq), type, at: Date.parse(at), data };
      }),
    };
  } finally {
    await client.end();
  }
}
