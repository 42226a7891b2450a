-- Up Migration
--
-- A month's bounds were midnights of the session's time zone. After a change of the server's time zone (a dump that was restored
-- into another server) a new month overlapped the one before it, or left a gap of hours: no month was made, or requests of these
-- hours found no partition, and no request of any restaurant was moved any more.
--
-- Makes the partition of a month of UTC, if it is missing: of the past ten years, and four months ahead. It begins where the month
-- before it ends and ends where the next one begins, as far as these exist: months that a release before made keep their bounds.
-- A reader of the partition itself is bound by row level security too.
create or replace function ensure_request_history(month date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '80ms'
  set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
  first constant timestamptz := date_trunc('month', month);
  next constant timestamptz := first + interval '1 month';
  name constant text := 'request_history_' || to_char(first, 'YYYY_MM');
  own constant text := $own$nullif(current_setting('waiter.tenant_id', true), '')::uuid$own$;
  begins timestamptz;
  ends timestamptz;
begin
  if to_regclass('public.' || name) is not null then
    return false;
  end if;
  if first < now() - interval '10 years' or first > now() + interval '4 months' then
    raise exception 'no partition is made for %', first::date using errcode = '22023';
  end if;
  select substring(pg_get_expr(relpartbound, oid) from $re$TO \('([^']+)'\)$re$)::timestamptz into begins
  from pg_class where oid = to_regclass('public.request_history_' || to_char(first - interval '1 month', 'YYYY_MM'));
  select substring(pg_get_expr(relpartbound, oid) from $re$FROM \('([^']+)'\)$re$)::timestamptz into ends
  from pg_class where oid = to_regclass('public.request_history_' || to_char(next, 'YYYY_MM'));
  execute format('create table public.%I (like public.request_history including all)', name);
  execute format('alter table public.%I enable row level security', name);
  execute format('alter table public.%I force row level security', name);
  execute format('create policy own_tenant on public.%I using (tenant_id = %s) with check (tenant_id = %s)', name, own, own);
  execute format('alter table public.request_history attach partition public.%I for values from (%L) to (%L)',
    name, coalesce(begins, first), coalesce(ends, next));
  return true;
exception when duplicate_table then
  return false;
end $$;

-- Down Migration

-- Months that exist keep their bounds.
create or replace function ensure_request_history(month date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '80ms' as $$
declare
  first constant date := date_trunc('month', month)::date;
  name constant text := 'request_history_' || to_char(first, 'YYYY_MM');
  own constant text := $own$nullif(current_setting('waiter.tenant_id', true), '')::uuid$own$;
begin
  if to_regclass('public.' || name) is not null then
    return false;
  end if;
  if first < now() - interval '10 years' or first > now() + interval '4 months' then
    raise exception 'no partition is made for %', first using errcode = '22023';
  end if;
  execute format('create table public.%I (like public.request_history including all)', name);
  execute format('alter table public.%I enable row level security', name);
  execute format('alter table public.%I force row level security', name);
  execute format('create policy own_tenant on public.%I using (tenant_id = %s) with check (tenant_id = %s)', name, own, own);
  execute format('alter table public.request_history attach partition public.%I for values from (%L) to (%L)',
    name, first, first + interval '1 month');
  return true;
exception when duplicate_table then
  return false;
end $$;
