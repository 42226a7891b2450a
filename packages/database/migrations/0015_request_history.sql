-- Up Migration
--
-- Closed requests, by month of creation. `request` keeps open and recently closed rows; the worker moves the others. No
-- foreign keys: rows outlive nothing, people and tables stay as rows. This release reads both tables and moves nothing
-- unless it is told to, so that an api of the previous release misses no row.
create table request_history (
  tenant_id uuid not null,
  id uuid not null,
  table_id uuid not null,
  type text not null,
  state text not null,
  level integer not null,
  version integer not null,
  note text,
  payment text,
  guest_session uuid,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  seen_at timestamptz,
  claimed_by uuid,
  claimed_at timestamptz,
  claimed_on uuid,
  closed_at timestamptz not null,
  reason text,
  round integer not null,
  policy jsonb,
  late_at timestamptz,
  unreached_at timestamptz,
  primary key (tenant_id, id, created_at)
) partition by range (created_at);
create index request_history_search on request_history (tenant_id, created_at, id);
-- Rows leave this index when note and guest session are erased.
create index request_history_personal on request_history (tenant_id, created_at)
  where note is not null or guest_session is not null;

alter table request_history enable row level security;
alter table request_history force row level security;
create policy own_tenant on request_history
  using (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid);

-- A moved request keeps its deliveries, so the ledger refers to the tenant.
alter table delivery
  drop constraint delivery_tenant_id_request_id_fkey,
  add constraint delivery_tenant foreign key (tenant_id) references tenant (id) on delete cascade not valid;

-- Makes the partition of a month, if it is missing: of the past ten years, and four months ahead. A reader of the
-- partition itself is bound by row level security too.
create function ensure_request_history(month date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
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

-- Drops the months that ended before `older_than` ago, 90 days at least. Returns their names.
create function drop_request_history(older_than interval) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
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

-- Which of the next `at_most` tenants after `last_seen` have closed requests to move.
create policy maintenance on request for select to current_user using (closed_at < now() - interval '1 hour');
create function tenants_with_closed(last_seen uuid, at_most integer)
returns table (scanned integer, last_id uuid, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.request where tenant_id = page.id and closed_at < now() - interval '1 hour'))
$$;

-- Which of them have closed requests with a note or a guest session older than that, or rows older than `kept`.
create policy maintenance on request_history for select to current_user using (created_at < now() - interval '1 day');
create function tenants_with_old_requests(last_seen uuid, at_most integer, personal_for interval, kept interval)
returns table (scanned integer, last_id uuid, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.request_history where tenant_id = page.id and created_at < now() - personal_for
        and (note is not null or guest_session is not null)
      union all
      select from public.request_history where tenant_id = page.id and created_at < now() - kept
      union all
      select from public.request where tenant_id = page.id and closed_at < now() - interval '1 hour'
        and (created_at < now() - kept
          or (created_at < now() - personal_for and (note is not null or guest_session is not null)))))
$$;
revoke all on function tenants_with_old_requests(uuid, integer, interval, interval) from public;
revoke all on function ensure_request_history(date) from public;
revoke all on function drop_request_history(interval) from public;
revoke all on function tenants_with_closed(uuid, integer) from public;

do $$ begin
  for month in -1..2 loop
    perform ensure_request_history((now() + make_interval(months => month))::date);
  end loop;
end $$;

-- Down Migration

drop function tenants_with_old_requests(uuid, integer, interval, interval);
drop function tenants_with_closed(uuid, integer);
drop policy maintenance on request;
drop function drop_request_history(interval);
drop function ensure_request_history(date);
alter table delivery
  drop constraint delivery_tenant,
  add foreign key (tenant_id, request_id) references request (tenant_id, id) on delete cascade not valid;
drop table request_history;
