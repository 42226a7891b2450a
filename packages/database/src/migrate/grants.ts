import pg from "pg";

const quoted = (name: string): string => pg.escapeIdentifier(name);

/**
 * The application role: everything under row level security, except that events are only ever
 * appended, and old ones purged by `purge_events`.
 */
const applicationGrants = (role: string): string => `
  grant usage on schema public to ${role};
  grant select, insert, update, delete on all tables in schema public to ${role};
  revoke update, delete on event from ${role};
  revoke all on worker_lease, log_base, event_consumer, retired_slug from ${role};
  grant execute on function
    purge_events(interval, integer),
    purge_deleted_events(integer),
    purge_retired(integer),
    deleted_tenants(),
    claim_slug(text, interval, boolean),
    tenants_to_purge(uuid, integer, interval),
    tenants_with_old_deliveries(uuid, integer, interval),
    tenants_with_duty(uuid, integer, interval),
    tenants_with_closed(uuid, integer),
    tenants_with_old_requests(uuid, integer, interval, interval),
    ensure_request_history(date),
    drop_request_history(interval),
    acquire_worker_lease(text, uuid, interval, interval),
    renew_worker_lease(text, bigint, interval),
    finish_worker_lease(text, bigint),
    event_log_state(),
    changed_tenants(bigint, timestamptz, integer),
    rebase_event_log(boolean),
    event_consumers(),
    lose_event_consumers(interval)
  to ${role};
  revoke insert, update, delete on tenant_directory, recent_revocation, pgmigrations from ${role};
`;

/**
 * The relay's role: it leases and deletes outbox rows, reads and claims deadlines and due
 * deliveries, and reads events as a named consumer, of all tenants. It reads nothing else.
 */
const relayGrants = (role: string): string => `
  grant usage on schema public to ${role};
  revoke all on all tables in schema public from ${role};
  grant select, delete on outbox to ${role};
  grant update (leased_until, attempts) on outbox to ${role};
  grant select on deadline to ${role};
  grant update (claimed_until) on deadline to ${role};
  grant select on delivery to ${role};
  grant update (claimed_until) on delivery to ${role};
  grant execute on function
    claim_event_consumer(text, uuid, interval, boolean),
    read_event_log(text, integer),
    commit_event_consumer(text, bigint, bigint, interval),
    reset_event_consumer(text, boolean),
    forget_event_consumer(text),
    event_consumers()
  to ${role};
`;

/**
 * What the relay's role sees. A policy takes its table for itself alone while it is made, and calls
 * write both tables: it is made only where this role does not have it yet, so that an upgrade
 * neither waits for calls nor deadlocks with them.
 */
const relayPolicies = (role: string): string => `
  do $policies$ begin
    if (select count(*) from pg_policies where schemaname = 'public' and policyname = 'relay' and roles = array[${pg.escapeLiteral(role)}]::name[]) < 2 then
      drop policy if exists relay on outbox;
      create policy relay on outbox to ${quoted(role)} using (true) with check (true);
      drop policy if exists relay on deadline;
      create policy relay on deadline for select to ${quoted(role)} using (true);
    end if;
    if not exists (select from pg_policies where schemaname = 'public' and policyname = 'relay_claim' and roles = array[${pg.escapeLiteral(role)}]::name[]) then
      drop policy if exists relay_claim on deadline;
      create policy relay_claim on deadline for update to ${quoted(role)} using (true) with check (true);
    end if;
    if not exists (select from pg_policies where schemaname = 'public' and policyname = 'relay_due' and roles = array[${pg.escapeLiteral(role)}]::name[]) then
      drop policy if exists relay_due on delivery;
      create policy relay_due on delivery to ${quoted(role)} using (state = 'due') with check (state = 'due');
    end if;
  end $policies$;
`;

/** Runs after every migration, so that a new table cannot be forgotten. Repeatable. */
export async function grant(
  client: pg.ClientBase,
  { app, relay }: { app?: string; relay?: string },
): Promise<void> {
  const statements =
    (app === undefined ? "" : applicationGrants(quoted(app))) +
    (relay === undefined ? "" : relayGrants(quoted(relay)) + relayPolicies(relay));
  if (statements === "") return;
  try {
    await client.query(`begin; ${statements} commit`);
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
