-- Up Migration
--
-- A restaurant may keep its closed requests for a shorter time than the deployment does.
alter table tenant add column request_retention_days integer check (request_retention_days between 1 and 3650);

create or replace function tenants_with_old_requests(last_seen uuid, at_most integer, personal_for interval, kept interval)
returns table (scanned integer, last_id uuid, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id, least(kept, make_interval(days => request_retention_days)) as kept_here from public.tenant
    where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.request_history where tenant_id = page.id and created_at < now() - personal_for
        and (note is not null or guest_session is not null)
      union all
      select from public.request_history where tenant_id = page.id and created_at < now() - kept_here
      union all
      select from public.request where tenant_id = page.id and closed_at < now() - interval '1 hour'
        and (created_at < now() - kept_here
          or (created_at < now() - personal_for and (note is not null or guest_session is not null)))))
$$;

-- A statement that waits for a table blocks every statement behind it: these two give up early and are tried again.
alter function ensure_request_history(date) set lock_timeout = '80ms';
alter function drop_request_history(interval) set lock_timeout = '80ms';

-- Down Migration

alter function drop_request_history(interval) set lock_timeout = '1s';
alter function ensure_request_history(date) set lock_timeout = '1s';
create or replace function tenants_with_old_requests(last_seen uuid, at_most integer, personal_for interval, kept interval)
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
alter table tenant drop column request_retention_days;
