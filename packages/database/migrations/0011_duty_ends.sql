-- Up Migration

-- When the last device of a person on duty was signed out. By a trigger, so that every way of ending a
-- session counts, the previous release's too.
alter table duty add column device_ended_at timestamptz;

-- Which of the next `at_most` tenants after `last_seen` have people whose duty may have ended: on duty for
-- longer than `at_longest`, without a live device, or in a restaurant with opening hours.
create policy maintenance on duty for select to current_user using (true);

create function tenants_with_duty(last_seen uuid, at_most integer, at_longest interval)
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

create function note_ended_device() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update public.duty set device_ended_at = now()
  where tenant_id = new.tenant_id and staff_id = new.staff_id and not exists (
    select from public.staff_session
    where tenant_id = new.tenant_id and staff_id = new.staff_id and revoked_at is null and expires_at > now());
  return null;
end $$;
create trigger note_ended_device after update of revoked_at on staff_session
  for each row when (new.revoked_at is not null and old.revoked_at is null) execute function note_ended_device();
revoke all on function tenants_with_duty(uuid, integer, interval) from public;

-- Down Migration

drop trigger note_ended_device on staff_session;
drop function note_ended_device();
alter table duty drop column device_ended_at;
drop function tenants_with_duty(uuid, integer, interval);
drop policy maintenance on duty;
