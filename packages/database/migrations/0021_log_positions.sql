-- Up Migration
--
-- A position in the log of all tenants: `base` plus the id of the event's transaction, and never less than the position of
-- the tenant's event before. Every transaction below the oldest running one has ended, so nothing that commits later lies at
-- or below `base` plus that id. The counter's column has no index: its updates stay HOT. Events of before have position 0.
alter table tenant_counter add column log_position bigint not null default 0;
alter table event add column log_position bigint not null default 0;

-- In a database that was restored into another server the ids begin again. `base` then rises above every position.
create table log_base (
  base bigint not null
);
create unique index log_base_single on log_base ((true));
insert into log_base (base) values (0);
alter table log_base enable row level security;
alter table log_base force row level security;
create policy maintenance on log_base to current_user using (true) with check (true);

-- A new epoch is no event.
alter table tenant add column epoch_changed_at timestamptz;
create index tenant_epoch_changed on tenant (epoch_changed_at) where epoch_changed_at is not null;

create function next_log_position(previous bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select greatest(previous, base + pg_current_xact_id()::text::bigint) from public.log_base);
end $$;
-- An api of the release before names no position.
alter table event alter column log_position set default next_log_position(0);

-- Nothing that commits later lies at or below `safe`. Another `line` makes earlier positions void: another server, a server
-- that was promoted or restored to a point in time, or a raised base.
create function event_log_state() returns table (line text, safe bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select system_identifier || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || base,
    base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1
  from public.log_base, pg_control_system()
$$;

-- Tenants with an event after a position, and with what ended their tokens or themselves after a time; at most about
-- `at_most` events are looked at. `reached` is the position of the last one where there may be more.
create function changed_tenants(after bigint, ended_after timestamptz, at_most integer)
returns table (reached bigint, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with events as materialized (
    select tenant_id, log_position from public.event where log_position > after and log_position > 0
    order by log_position fetch first at_most rows with ties
  ), changed as (
    select tenant_id from events
    union select tenant_id from public.staff_session where revoked_at > ended_after
    union select tenant_id from public.retired_code where retired_at > ended_after
    union select id from public.tenant where suspended_at > ended_after
    union select id from public.tenant where epoch_changed_at > ended_after
  )
  select (select max(log_position) from events having count(*) >= at_most), array(select tenant_id from changed)
$$;

-- Raises the base above every position where ids began again, or `always`. Waits for the transactions that append events, and
-- keeps others from starting meanwhile. Returns whether it did.
create function rebase_event_log(always boolean) returns boolean
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
revoke all on function event_log_state() from public;
revoke all on function changed_tenants(bigint, timestamptz, integer) from public;
revoke all on function rebase_event_log(boolean) from public;

-- Down Migration

drop function rebase_event_log(boolean);
drop function changed_tenants(bigint, timestamptz, integer);
drop function event_log_state();
alter table event drop column log_position;
drop function next_log_position(bigint);
drop table log_base;
alter table tenant_counter drop column log_position;
alter table tenant drop column epoch_changed_at;
