-- Up Migration
--
-- A consumer that was made or reset begins at the end of the log: its position lies above that of every event until the next one.
-- In a dump of such a moment the base rose above the events' positions alone, and in a server whose transaction ids are lower the
-- consumer read nothing that came after the restore until the ids had caught up. The base rises above every consumer too.
create or replace function rebase_event_log(always boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  highest bigint;
  read_up_to constant bigint := (select max(handled) from public.event_consumer);
  old_base bigint;
begin
  select base into old_base from public.log_base;
  select log_position into highest from public.event where log_position > 0 order by log_position desc limit 1;
  if not always
    and coalesce(greatest(highest, read_up_to), 0) < old_base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint then
    return false;
  end if;
  lock table public.event in share row exclusive mode;
  select log_position into highest from public.event where log_position > 0 order by log_position desc limit 1;
  update public.log_base set base = coalesce(greatest(highest, base, (select max(handled) from public.event_consumer)), 0) + 1;
  return true;
end $$;

-- Down Migration

create or replace function rebase_event_log(always boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  highest bigint;
  old_base bigint;
begin
  select base into old_base from public.log_base;
  select log_position into highest from public.event where log_position > 0 order by log_position desc limit 1;
  if not always and coalesce(highest, 0) < old_base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint then
    return false;
  end if;
  lock table public.event in share row exclusive mode;
  select log_position into highest from public.event where log_position > 0 order by log_position desc limit 1;
  update public.log_base set base = greatest(coalesce(highest, 0), base) + 1;
  return true;
end $$;
