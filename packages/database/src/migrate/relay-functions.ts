import pg from "pg";

const settings = "set search_path = pg_catalog, pg_temp set enable_seqscan = off";

/**
 * Deletes published outbox rows of any tenants in one statement. Each row must match tenant, epoch,
 * number and the event's id, so that no caller deletes a row that it did not publish. Rows are
 * locked in the order of their key, as the relay does; a row that it leases in the same moment is
 * not deleted. A lost deletion costs a republish, so COMMIT does not wait for the disk.
 *
 * Postgres keeps the plan, and makes it for an empty queue: it would read all rows, with those that
 * vacuum has not removed. A LATERAL subquery with OFFSET is not reordered, and without sequential
 * scans it finds each row by its key. The body names its settings, because an installed function is
 * compared by its body alone.
 */
const body = `
-- ${settings}
declare
  deleted integer;
begin
  perform set_config('synchronous_commit', 'off', true);
  delete from public.outbox where ctid = any (array(
    select found.ctid
    from (
      select tenant_id, epoch, seq, event_id
      from unnest(tenants, epochs, seqs, event_ids) as done (tenant_id, epoch, seq, event_id)
      order by tenant_id, seq
    ) published
    cross join lateral (
      select outbox.ctid from public.outbox
      where outbox.tenant_id = published.tenant_id and outbox.seq = published.seq
        and outbox.epoch = published.epoch and outbox.event_id = published.event_id
      offset 0 for update of outbox
    ) found
  ));
  get diagnostics deleted = row_count;
  return deleted;
end `;

const signature = "delete_published(uuid[], uuid[], bigint[], uuid[])";

const create = `
  create or replace function public.delete_published(tenants uuid[], epochs uuid[], seqs bigint[], event_ids uuid[])
    returns integer language plpgsql security definer ${settings} as $body$${body}$body$;
  revoke all on function public.${signature} from public`;

export interface RelayFunctionOptions {
  /** The relay's role and its URL. */
  readonly relay: string;
  readonly relayUrl: string;
  /** The application's role, which may call the functions. */
  readonly app: string | undefined;
}

/**
 * Installs the functions that act on the outbox of all tenants. They must belong to the relay's
 * role: row level security binds every other role, the owner of the tables included, and a function
 * of a bound role would delete nothing. So the relay's role creates them itself.
 *
 * `owner` is connected as the owner of the schema. Repeatable.
 */
export async function installRelayFunctions(
  owner: pg.ClientBase,
  { relay, relayUrl, app }: RelayFunctionOptions,
): Promise<void> {
  const { rows } = await owner.query<{ current: boolean; owned: boolean }>(
    `select prosrc = $1 and pg_get_userbyid(proowner) = $2
       and ($3::text is null or has_function_privilege($3, oid, 'execute')) as current,
       pg_get_userbyid(proowner) = $2 as owned
     from pg_proc where oid = to_regprocedure('public.${signature}')`,
    [body, relay, app],
  );
  if (rows[0]?.current === true) return;
  // A restored dump gives the function to the schema's owner; only its owner may replace it.
  if (rows[0]?.owned === false) await owner.query(`drop function public.${signature}`);
  const role = pg.escapeIdentifier(relay);
  await owner.query(`grant create on schema public to ${role}`);
  const client = new pg.Client({ connectionString: relayUrl, application_name: "waiter-migrate" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const grant =
      app === undefined
        ? ""
        : `; grant execute on function public.${signature} to ${pg.escapeIdentifier(app)}`;
    await client.query(`begin; ${create}${grant}; commit`);
  } finally {
    await client.end();
    await owner.query(`revoke create on schema public from ${role}`);
  }
}
