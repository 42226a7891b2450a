import type { Database } from "@waiter/database";

/** What a gateway that asks "what changed since?" gets, besides the heads. */
export interface Changes {
  readonly tenants: readonly string[];
  /** Where the gateway's next question begins. */
  readonly next: string;
  /** Where the next page of this answer begins; absent on the last one. */
  readonly more?: string;
  /** The gateway's position says nothing: it must compare all its tenants. */
  readonly void?: true;
  /** Postgres' clock, ms since the epoch. */
  readonly databaseNow: number;
}

/** Events looked at for one page, about; each costs at most one head. */
const pageEvents = 1_000;
/** Transactions end within this time, as the server's limits make sure, ms. */
const longestTransactionMs = 30_000;

/**
 * The tenants that changed after a position that an earlier answer gave. Void for a position of
 * another line (another server, a promoted or restored server), for a position that no answer gave,
 * and for "".
 */
export async function readChanges(
  database: Pick<Database, "changedTenants">,
  since: string,
): Promise<Changes> {
  const from = parse(since);
  const found = await database.changedTenants({
    after: from?.position ?? Number.MAX_SAFE_INTEGER,
    endedAfter: (from?.at ?? Date.now()) - longestTransactionMs,
    atMost: pageEvents,
  });
  const { now: databaseNow } = found;
  const next = format(found.line, found.safe, databaseNow);
  // A later page may begin above what is safe.
  const isKnown = from?.line === found.line && (from.isPage || from.position <= found.safe);
  if (!isKnown) return { tenants: [], next, void: true, databaseNow };
  return {
    tenants: found.tenants,
    next,
    databaseNow,
    ...(found.reached !== undefined && {
      more: `${format(found.line, found.reached, from.at)}${page}`,
    }),
  };
}

const separator = "~";
const page = `${separator}page`;

const format = (line: string, position: number, at: number): string =>
  [line, position, Math.floor(at)].join(separator);

function parse(since: string) {
  const [line = "", position = "", at = "", more] = since.split(separator);
  if (!/^\d{1,15}$/.test(position) || !/^\d{1,15}$/.test(at)) return undefined;
  return { line, position: Number(position), at: Number(at), isPage: more !== undefined };
}
