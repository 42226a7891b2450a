-- Up Migration
--
-- Each event called a function that read the base of all positions from its table. The counter's row, which an append changes
-- anyway, carries the base too. Services of the release before call next_log_position: the same positions.
alter table tenant_counter add column log_base bigint not null default 0;
create policy rebase on tenant_counter for update to current_user using (true) with check (true);
update tenant_counter set log_base = base from log_base where base > 0;

create function current_log_base() returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select base from public.log_base);
end $$;
alter table tenant_counter alter column log_base set default current_log_base();

-- Raises the base above every position where ids began again, or `always`. Waits for the transactions that append events, and
-- keeps others from starting meanwhile. Returns whether it did.
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
  update public.log_base set base = greatest(coalesce(highest, 0), base) + 1 returning base into old_base;
  update public.tenant_counter set log_base = old_base;
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
drop policy rebase on tenant_counter;
alter table tenant_counter drop column log_base;
drop function current_log_base();
