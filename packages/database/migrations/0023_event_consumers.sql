-- Up Migration
--
-- Readers of the log of all tenants, by name. Everything up to `handled` is handled. `fence` grows with each change of the
-- process that reads, and each commit of a cursor checks it.
create table event_consumer (
  name text primary key check (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
  handled bigint not null,
  fence bigint not null default 1,
  holder uuid not null,
  held_until timestamptz not null,
  -- Events that it had not handled were deleted.
  lost_at timestamptz,
  created_at timestamptz not null default now()
);
alter table event_consumer enable row level security;
alter table event_consumer force row level security;
create policy maintenance on event_consumer to current_user using (true) with check (true);

-- Returns the fence; none where another process holds the consumer. A new one begins at the end of the log, or at its
-- beginning. `lost` ones must be reset first.
create function claim_event_consumer(consumer text, process uuid, ttl interval, from_start boolean)
returns table (held_fence bigint, lost timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.event_consumer (name, handled, holder, held_until, fence)
    select consumer, case when from_start then 0 else state.safe end, process, now(), 0
    from public.event_log_state() state
    on conflict (name) do nothing;
  return query update public.event_consumer set holder = process, held_until = now() + ttl,
      fence = fence + case when holder = process and fence > 0 then 0 else 1 end
    where name = consumer and (held_until <= now() or holder = process)
    returning fence, lost_at;
end $$;

-- The next events, about `at_most`: whole positions. Those of a deleted tenant have no envelope.
create function read_event_log(consumer text, at_most integer)
returns table (log_position bigint, tenant_id uuid, seq bigint, id uuid, envelope text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select event.log_position, event.tenant_id, event.seq, event.id,
    case when exists (select from public.tenant where tenant.id = event.tenant_id and deleted_at is null) then event.envelope end
  from public.event
  where event.log_position > (select handled from public.event_consumer where name = consumer)
    and event.log_position > 0 and event.log_position <= (select safe from public.event_log_state())
  order by event.log_position fetch first at_most rows with ties
$$;

-- Moves the cursor and prolongs the hold; false where another process holds the consumer, or it was lost.
create function commit_event_consumer(consumer text, held_fence bigint, up_to bigint, ttl interval) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with moved as (
    update public.event_consumer set handled = greatest(handled, up_to), held_until = now() + ttl
    where name = consumer and fence = held_fence and lost_at is null returning 1
  ) select exists (select from moved)
$$;

-- Begins again at the end of the log or at its beginning, and ends the hold. False for an unknown name.
create function reset_event_consumer(consumer text, from_start boolean) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with moved as (
    update public.event_consumer set lost_at = null, held_until = now(), fence = fence + 1,
      handled = case when from_start then 0 else state.safe end
    from public.event_log_state() state
    where name = consumer returning 1
  ) select exists (select from moved)
$$;

create function forget_event_consumer(consumer text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with gone as (delete from public.event_consumer where name = consumer returning 1) select exists (select from gone)
$$;

-- Each consumer with the age of the oldest event that it has not handled.
create function event_consumers() returns table (name text, handled bigint, behind_s float8, lost timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select consumer.name, consumer.handled, coalesce((
      select greatest(0, extract(epoch from now() - at)) from public.event
      where log_position > consumer.handled and log_position > 0 order by log_position limit 1
    ), 0)::float8, consumer.lost_at
  from public.event_consumer consumer order by consumer.name
$$;

-- Marks consumers lost whose oldest waiting event is older than that; returns their names.
create function lose_event_consumers(older_than interval) returns setof text
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.event_consumer set lost_at = now()
  where lost_at is null and name in (
    select waiting.name from public.event_consumers() waiting
    where behind_s > extract(epoch from greatest(older_than, interval '1 day')))
  returning name
$$;

-- As before, and no event that a consumer has not handled.
create or replace function purge_events(older_than interval, at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- Checked here too: the owner of a development database may be a superuser, whom row level security does not bind.
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
  -- By the first number that is young enough, not row by row: a clock that jumped must not tear a hole.
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

create or replace function tenants_to_purge(last_seen uuid, at_most integer, events_older_than interval)
returns table (scanned integer, last_id uuid, answers uuid[], events uuid[], sessions uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.answer where tenant_id = page.id and created_at < now() - interval '1 day')),
    array(select page.id from page cross join lateral (
        select at, log_position from public.event where tenant_id = page.id order by seq limit 1
      ) oldest
      where oldest.at < now() - greatest(events_older_than, interval '1 day')
        and oldest.log_position <= coalesce(
          (select min(handled) from public.event_consumer where lost_at is null), oldest.log_position)),
    array(select id from page where exists (
      select from public.staff_session
      where tenant_id = page.id and expires_at < now() - interval '1 day'))
$$;
revoke all on function claim_event_consumer(text, uuid, interval, boolean) from public;
revoke all on function read_event_log(text, integer) from public;
revoke all on function commit_event_consumer(text, bigint, bigint, interval) from public;
revoke all on function reset_event_consumer(text, boolean) from public;
revoke all on function forget_event_consumer(text) from public;
revoke all on function event_consumers() from public;
revoke all on function lose_event_consumers(interval) from public;

-- Down Migration

create or replace function purge_events(older_than interval, at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
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
  select seq into first_kept from public.event where tenant_id = tenant and at >= cutoff order by seq limit 1;
  delete from public.event where tenant_id = tenant and seq in (
    select seq from public.event
    where tenant_id = tenant and seq <= head and (first_kept is null or seq < first_kept)
    order by seq limit greatest(at_most, 0)
  );
  get diagnostics purged = row_count;
  return purged;
end $$;
create or replace function tenants_to_purge(last_seen uuid, at_most integer, events_older_than interval)
returns table (scanned integer, last_id uuid, answers uuid[], events uuid[], sessions uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.answer where tenant_id = page.id and created_at < now() - interval '1 day')),
    array(select id from page where (
      select at from public.event where tenant_id = page.id order by seq limit 1
    ) < now() - greatest(events_older_than, interval '1 day')),
    array(select id from page where exists (
      select from public.staff_session
      where tenant_id = page.id and expires_at < now() - interval '1 day'))
$$;
drop function lose_event_consumers(interval);
drop function event_consumers();
drop function forget_event_consumer(text);
drop function reset_event_consumer(text, boolean);
drop function commit_event_consumer(text, bigint, bigint, interval);
drop function read_event_log(text, integer);
drop function claim_event_consumer(text, uuid, interval, boolean);
drop table event_consumer;
