-- Up Migration
--
-- The services may append events and nothing else. What has become old enough is deleted by this function, which runs as
-- the owner: the transaction's own tenant only, the oldest numbers first and without gaps, nothing younger than
-- `older_than` (a day at least, whatever is asked for), nothing beyond the head, at most `at_most` rows. Returns how many.
create function purge_events(older_than interval, at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- Checked here too: the owner of a development database may be a superuser, whom row level security does not bind.
  tenant constant uuid := nullif(current_setting('waiter.tenant_id', true), '')::uuid;
  cutoff constant timestamptz := now() - greatest(older_than, interval '1 day');
  head bigint;
  first_kept bigint;
  purged integer;
begin
  select seq into head from public.tenant_counter where tenant_id = tenant;
  if head is null then
    return 0;
  end if;
  -- By the first number that is young enough, not row by row: a clock that jumped must not tear a hole.
  select seq into first_kept from public.event where tenant_id = tenant and at >= cutoff order by seq limit 1;
  delete from public.event where tenant_id = tenant and seq in (
    select seq from public.event
    where tenant_id = tenant and seq <= head and (first_kept is null or seq < first_kept)
    order by seq limit greatest(at_most, 0)
  );
  get diagnostics purged = row_count;
  return purged;
end $$;
revoke all on function purge_events(interval, integer) from public;

-- Down Migration

drop function purge_events(interval, integer);
