-- Up Migration
--
-- A month's end was read from its name. A month that a release before made in a time zone west of UTC (see 0062) ends up to 14 h
-- later, and was dropped before its last requests were as old as the retention.
--
-- Drops the oldest month that ended before `older_than` ago, 90 days at least. Returns its name, or no row.
create or replace function drop_request_history(older_than interval) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '80ms'
  set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
  oldest constant text := (
    select min(relname) from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'public.request_history'::regclass);
  ended constant timestamptz := (
    select substring(pg_get_expr(relpartbound, oid) from $re$TO \('([^']+)'\)$re$)::timestamptz
    from pg_class where oid = to_regclass('public.' || oldest));
begin
  if ended < now() - greatest(older_than, interval '90 days') then
    execute format('drop table public.%I', oldest);
    return next oldest;
  end if;
end $$;

-- Down Migration

create or replace function drop_request_history(older_than interval) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '80ms' as $$
declare
  oldest constant text := (
    select min(relname) from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'public.request_history'::regclass);
begin
  if to_date(right(oldest, 7), 'YYYY_MM') + interval '1 month' < now() - greatest(older_than, interval '90 days') then
    execute format('drop table public.%I', oldest);
    return next oldest;
  end if;
end $$;
