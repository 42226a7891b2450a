-- Up Migration
--
-- With many months Postgres read the month from the names of all relations before it looked which are months, and failed: no
-- month was dropped. Several months in one transaction also kept the lock of all months while it waited for the next one.
--
-- Drops the oldest month that ended before `older_than` ago, 90 days at least. Returns its name, or no row.
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

-- Down Migration

create or replace function drop_request_history(older_than interval) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '80ms' as $$
declare
  name text;
begin
  for name in
    select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'public.request_history'::regclass
      and to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' < now() - greatest(older_than, interval '90 days')
    order by relname
  loop
    execute format('drop table public.%I', name);
    return next name;
  end loop;
end $$;
