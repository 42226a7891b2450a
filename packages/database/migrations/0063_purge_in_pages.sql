-- Up Migration
--
-- Each page of a purge looked for the first event to keep among all old ones: 1.5 s with 500,000, and beyond a statement's 4 s
-- nothing was purged any more. Now it looks at the oldest `at_most` events alone, and deletes none that it did not look at.
create or replace function purge_events(older_than interval, at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- Checked here too: the owner of a development database may be a superuser, whom row level security does not bind.
  tenant constant uuid := nullif(current_setting('waiter.tenant_id', true), '')::uuid;
  cutoff constant timestamptz := now() - greatest(older_than, interval '1 day');
  handled_by_all constant bigint := (select min(handled) from public.event_consumer where lost_at is null);
  head bigint;
  last_seen bigint;
  first_kept bigint;
  purged integer;
begin
  select seq into head from public.tenant_counter where tenant_id = tenant;
  if head is null then
    return 0;
  end if;
  -- By the first number that is young enough, not row by row: a clock that jumped must not tear a hole.
  select max(seq), min(seq) filter (where at >= cutoff or log_position > handled_by_all) into last_seen, first_kept
  from (
    select seq, at, log_position from public.event where tenant_id = tenant order by seq limit greatest(at_most, 0)
  ) oldest;
  delete from public.event
  where tenant_id = tenant and seq <= head and seq <= last_seen and (first_kept is null or seq < first_kept);
  get diagnostics purged = row_count;
  return purged;
end $$;

-- Down Migration

create or replace function purge_events(older_than interval, at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tenant constant uuid := nullif(current_setting('waiter.tenant_id', true), '')::uuid;
  cutoff constant timestamptz := now() - greatest(older_than, interval '1 day');
  handled_by_all constant bigint := (select min(handled) from public.event_consumer where lost_at is null);
  head bigint;
  first_kept bigint;
  purged integer;
begin
  select seq into head from public.tenant_counter where tenant_id = tenant;
  if head is null then
    return 0;
  end if;
  select seq into first_kept from public.event
  where tenant_id = tenant and (at >= cutoff or log_position > handled_by_all) order by seq limit 1;
  delete from public.event where tenant_id = tenant and seq in (
    select seq from public.event
    where tenant_id = tenant and seq <= head and (first_kept is null or seq < first_kept)
    order by seq limit greatest(at_most, 0)
  );
  get diagnostics purged = row_count;
  return purged;
end $$;
