-- Up Migration
--
-- A session that was signed out, with the name of its device, stayed until it would have expired: 90 days. It goes a day after
-- its end too.
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
      where tenant_id = page.id and expires_at < now() - interval '1 day')
      or exists (
      select from public.staff_session
      where tenant_id = page.id and revoked_at < now() - interval '1 day'))
$$;

-- Down Migration

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
