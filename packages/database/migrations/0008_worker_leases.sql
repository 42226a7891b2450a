-- Up Migration
--
-- What concerns all tenants is done by one worker at a time, the holder of a lease. `fence` grows with
-- each change of holder and every batch checks it, so that a holder whose lease ended changes nothing.
-- Session locks would not survive PgBouncer. `done_at` makes the schedule one for all workers.
create table worker_lease (
  name text primary key,
  holder uuid not null,
  fence bigint not null default 1,
  expires_at timestamptz not null,
  done_at timestamptz
);
alter table worker_lease enable row level security;
alter table worker_lease force row level security;
create policy maintenance on worker_lease to current_user using (true) with check (true);

-- Returns the fence, or null: held by another worker, or done less than `every` ago.
create function acquire_worker_lease(lease text, worker uuid, ttl interval, every interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_lease public.worker_lease;
begin
  -- A row that is locked is being renewed by its holder.
  select * into found_lease from public.worker_lease where name = lease for update skip locked;
  if not found and exists (select from public.worker_lease where name = lease) then
    return null;
  end if;
  if found_lease.name is null then
    insert into public.worker_lease (name, holder, expires_at) values (lease, worker, now() + ttl)
      on conflict do nothing returning fence into found_lease.fence;
    return found_lease.fence;
  end if;
  if found_lease.expires_at > now() or found_lease.done_at > now() - every then
    return null;
  end if;
  update public.worker_lease set holder = worker, fence = fence + 1, expires_at = now() + ttl
    where name = lease returning fence into found_lease.fence;
  return found_lease.fence;
end $$;

-- False when the lease has another holder. The row stays locked until the end of the transaction, so
-- that nobody takes the lease over during the batch.
create function renew_worker_lease(lease text, held_fence bigint, ttl interval) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with renewed as (
    update public.worker_lease set expires_at = now() + ttl
    where name = lease and fence = held_fence returning 1
  ) select exists (select from renewed)
$$;

create function finish_worker_lease(lease text, held_fence bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with finished as (
    update public.worker_lease set expires_at = now(), done_at = now()
    where name = lease and fence = held_fence returning 1
  ) select exists (select from finished)
$$;

-- Which of the next `at_most` tenants after `last_seen` have rows to purge: one probe of an index per
-- tenant and table, so that a purge with nothing to do costs one statement per page of tenants.
create policy maintenance on answer for select to current_user using (created_at < now() - interval '1 day');
create policy maintenance on event for select to current_user using (true);
create policy maintenance on staff_session for select to current_user using (expires_at < now() - interval '1 day');

create function tenants_to_purge(last_seen uuid, at_most integer, events_older_than interval)
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

-- A sweeper claims due deadlines for a moment, and other sweepers skip them.
alter table deadline add column claimed_until timestamptz;

-- A deleted tenant disappears from the directory at once; the worker deletes its rows in pages.
alter table tenant add column deleted_at timestamptz;
create index tenant_deleted on tenant (deleted_at) where deleted_at is not null;

create or replace view tenant_directory as
  select
    tenant.id,
    tenant.slug,
    tenant.name,
    tenant_counter.epoch,
    tenant_counter.seq,
    array(
      select staff_session.id from staff_session
      where staff_session.tenant_id = tenant.id and staff_session.revoked_at > now() - interval '20 minutes'
      union all
      select retired_code.id from retired_code
      where retired_code.tenant_id = tenant.id and retired_code.retired_at > now() - interval '40 minutes'
    ) as revoked
  from tenant
  join tenant_counter on tenant_counter.tenant_id = tenant.id
  where tenant.deleted_at is null;

create function deleted_tenants() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select id from public.tenant where deleted_at is not null order by deleted_at
$$;

-- Events may only be appended. Those of a deleted tenant are deleted by this function, at most
-- `at_most` of the transaction's own tenant; returns how many.
create function purge_deleted_events(at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  own constant uuid := nullif(current_setting('waiter.tenant_id', true), '')::uuid;
  purged integer;
begin
  if not exists (select from public.tenant where id = own and deleted_at is not null) then
    return 0;
  end if;
  delete from public.event where tenant_id = own and ctid = any (array(
    select ctid from public.event where tenant_id = own limit greatest(at_most, 0)));
  get diagnostics purged = row_count;
  return purged;
end $$;

revoke all on function acquire_worker_lease(text, uuid, interval, interval) from public;
revoke all on function renew_worker_lease(text, bigint, interval) from public;
revoke all on function finish_worker_lease(text, bigint) from public;
revoke all on function tenants_to_purge(uuid, integer, interval) from public;
revoke all on function deleted_tenants() from public;
revoke all on function purge_deleted_events(integer) from public;

-- Down Migration

drop function purge_deleted_events(integer);
drop function deleted_tenants();
create or replace view tenant_directory as
  select
    tenant.id,
    tenant.slug,
    tenant.name,
    tenant_counter.epoch,
    tenant_counter.seq,
    array(
      select staff_session.id from staff_session
      where staff_session.tenant_id = tenant.id and staff_session.revoked_at > now() - interval '20 minutes'
      union all
      select retired_code.id from retired_code
      where retired_code.tenant_id = tenant.id and retired_code.retired_at > now() - interval '40 minutes'
    ) as revoked
  from tenant
  join tenant_counter on tenant_counter.tenant_id = tenant.id;
alter table tenant drop column deleted_at;
alter table deadline drop column claimed_until;
drop function tenants_to_purge(uuid, integer, interval);
drop policy maintenance on staff_session;
drop policy maintenance on event;
drop policy maintenance on answer;
drop function finish_worker_lease(text, bigint);
drop function renew_worker_lease(text, bigint, interval);
drop function acquire_worker_lease(text, uuid, interval, interval);
drop table worker_lease;
