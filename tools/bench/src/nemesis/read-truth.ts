import type { Restaurant } from "./restaurant.ts";
import pg from "pg";

export interface StoredEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly requestId: string | null;
  /** Of the request after the change. */
  readonly level: number;
}

export interface StoredRequest {
  readonly id: string;
  readonly tableId: string;
  readonly state: string;
  readonly version: number;
  readonly level: number;
}

/** What Postgres holds of one restaurant. */
export interface Truth {
  /** In order. */
  readonly events: readonly StoredEvent[];
  readonly requests: ReadonlyMap<string, StoredRequest>;
  /** Deadlines of open requests that have been due for more than a second. */
  readonly overdue: number;
}

/**
 * Reads what the database holds of a restaurant.
 *
 * @param kinds of deadlines that the worker knows; null for all. A worker of the release before
 * leaves those of a newer kind to its successor.
 */
export async function readTruth(
  databaseUrl: string,
  restaurant: Restaurant,
  kinds: readonly string[] | null = null,
): Promise<Truth> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("select set_config('waiter.tenant_id', $1, false)", [restaurant.id]);
    const events = await client.query<Omit<StoredEvent, "seq"> & { seq: string }>(
      `select seq, id, type, request_id as "requestId",
         coalesce((envelope::jsonb #>> '{data,request,level}')::int, 0) as level
       from event where tenant_id = $1 order by seq`,
      [restaurant.id],
    );
    const requests = await client.query<StoredRequest>(
      `select id, table_id as "tableId", state, version, level from request where tenant_id = $1`,
      [restaurant.id],
    );
    const overdue = await client.query<{ count: string }>(
      `select count(*) from deadline join request on request.id = request_id
       where deadline.tenant_id = $1 and state in ('new', 'claimed')
         and due_at < now() - interval '1 second' and ($2::text[] is null or kind = any ($2))`,
      [restaurant.id, kinds],
    );
    return {
      events: events.rows.map((row) => ({ ...row, seq: Number(row.seq) })),
      requests: new Map(requests.rows.map((row) => [row.id, row])),
      overdue: Number(overdue.rows[0]?.count ?? 0),
    };
  } finally {
    await client.end();
  }
}

/** Short escalation steps, so that a run of a minute sees many. */
export async function shortenEscalations(
  databaseUrl: string,
  { id }: Restaurant,
  stepsS: readonly number[],
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("select set_config('waiter.tenant_id', $1, false)", [id]);
    await client.query("update tenant set escalation_steps = $2 where id = $1", [id, stepsS]);
  } finally {
    await client.end();
  }
}

/** Levels that an escalation skipped or reached twice. */
export function escalationProblems(slug: string, events: readonly StoredEvent[]): string[] {
  const levels = new Map<string, number>();
  const problems: string[] = [];
  for (const { type, requestId, level, seq } of events) {
    if (requestId === null) continue;
    const before = levels.get(requestId) ?? 0;
    if (type === "request.escalated" && level !== before + 1)
      problems.push(`${slug}: event ${seq} escalates ${requestId} from ${before} to ${level}`);
    levels.set(requestId, level);
  }
  return problems;
}
