import type { Envelope } from "@waiter/contracts";
import pg from "pg";
import type { Recorder, Restaurant } from "./restaurant.ts";

interface StoredEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
}

/** What Postgres holds of one restaurant: its events in order, and the ids of its requests. */
export async function readTruth(
  databaseUrl: string,
  restaurant: Restaurant,
): Promise<{ events: StoredEvent[]; requests: Set<string> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("select set_config('waiter.tenant_id', $1, false)", [restaurant.id]);
    const { rows } = await client.query<{ seq: string; id: string; type: string }>(
      "select seq, id, type from event where tenant_id = $1 order by seq",
      [restaurant.id],
    );
    const requests = await client.query<{ id: string }>(
      "select id from request where tenant_id = $1",
      [restaurant.id],
    );
    return {
      events: rows.map(({ seq, id, type }) => ({ seq: Number(seq), id, type })),
      requests: new Set(requests.rows.map(({ id }) => id)),
    };
  } finally {
    await client.end();
  }
}

/**
 * How what a screen applied differs from the database, as text; nothing when it is the same list,
 * once each, in order.
 */
export function differences(
  name: string,
  applied: readonly Envelope[],
  truth: readonly StoredEvent[],
): string[] {
  const problems: string[] = [];
  for (
    let index = 0;
    index < Math.max(applied.length, truth.length) && problems.length < 5;
    index += 1
  ) {
    const [got, want] = [applied[index], truth[index]];
    if (got?.seq !== want?.seq || got?.id !== want?.id) {
      problems.push(
        `${name}: at position ${index} applied ${got ? `${got.seq} ${got.type}` : "nothing"}, the database holds ${want ? `${want.seq} ${want.type}` : "nothing"}`,
      );
      if (got && applied.findIndex(({ id }) => id === got.id) < index)
        problems.push(`${name}: ${got.seq} was applied twice`);
    }
  }
  return problems;
}

export interface Settled {
  /** Last number of each restaurant's events, by its id. */
  readonly heads: ReadonlyMap<string, number>;
  readonly problems: string[];
}

/**
 * Waits until every screen has applied its restaurant's last event, or until `timeoutMs`. The heads
 * are read again in each round: commits that were under way when the load ended, and escalations,
 * still add events.
 */
export async function settle(
  screens: readonly Recorder[],
  readHeads: () => Promise<ReadonlyMap<string, number>>,
  timeoutMs: number,
): Promise<Settled> {
  for (const end = Date.now() + timeoutMs; ;) {
    const heads = await readHeads();
    const behind = screens.filter(
      ({ restaurant, client }) => (client.position?.seq ?? 0) < (heads.get(restaurant.id) ?? 0),
    );
    if (behind.length === 0) return { heads, problems: [] };
    if (Date.now() > end) {
      const words = ({ restaurant: { slug, id }, client }: Recorder) =>
        `a screen of ${slug} stands at ${client.position?.seq} (${client.state}) instead of ${heads.get(id)}`;
      return { heads, problems: behind.map(words) };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
