-- Up Migration
--
-- Every 10 s the worker asked each restaurant for duty that may have ended, and looked in a transaction of its own at each one
-- with opening hours and somebody on duty. Now each duty says when it may end next; the statement reads only those that are due.
alter table duty
  -- Not before then does this duty end, unless the device is signed out or the opening hours change.
  add column look_again_at timestamptz not null default '-infinity';
create index duty_look on duty (look_again_at);
create index duty_device_ended on duty (tenant_id) where device_ended_at is not null;

-- `scanned` counts restaurants that are due. `at_longest` is kept for workers of the release before: `look_again_at` heeds it.
create or replace function tenants_with_duty(last_seen uuid, at_most integer, at_longest interval)
returns table (scanned integer, last_id uuid, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with due as materialized (
    select tenant_id from (
      select tenant_id from public.duty where look_again_at <= now()
      union all
      select tenant_id from public.duty where device_ended_at is not null
    ) found
    where last_seen is null or tenant_id > last_seen
    group by tenant_id order by tenant_id limit at_most
  )
  select count(*)::integer, (array_agg(tenant_id order by tenant_id desc))[1],
    coalesce(array_agg(tenant_id order by tenant_id), '{}')
  from due
$$;

-- By a trigger, so that the previous release's writes count too.
create function look_at_duty() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- All rows, so that it waits for a worker that writes what it computed from the hours before.
  update public.duty set look_again_at = '-infinity' where tenant_id = new.id;
  return null;
end $$;
create trigger look_at_duty after update of hours, time_zone on tenant for each row
  when (old.hours is distinct from new.hours or old.time_zone is distinct from new.time_zone)
  execute function look_at_duty();

-- When a duty is looked at again is no use of duty: that update locks no tenant.
drop trigger note_duty on duty;
create trigger note_duty after insert or delete or update of tables, zones, confirmed_at on duty
  for each row execute function note_duty();

-- Down Migration

drop trigger note_duty on duty;
create trigger note_duty after insert or update or delete on duty for each row execute function note_duty();

drop trigger look_at_duty on tenant;
drop function look_at_duty();
create or replace function tenants_with_duty(last_seen uuid, at_most integer, at_longest interval)
returns table (scanned integer, last_id uuid, tenants uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id, hours from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.duty where tenant_id = page.id and (
        page.hours is not null or since < now() - at_longest or device_ended_at is not null)))
$$;
drop index duty_device_ended;
drop index duty_look;
alter table duty drop column look_again_at;
