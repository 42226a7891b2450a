-- Up Migration
--
-- What ends access tokens before their time: revoked sessions, deactivated people and replaced table codes. Triggers do it,
-- so that every writer does, an api of the previous release and a hand at psql included.

-- The generation of a table's code. Guest tokens carry it; a new code gets a new one.
alter table dining_table add column code_id uuid not null default gen_random_uuid();

-- Generations that were replaced while tokens that carry them may be alive.
create table retired_code (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id uuid not null,
  retired_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index retired_code_at on retired_code (retired_at);
create index staff_session_revoked_at on staff_session (revoked_at) where revoked_at is not null;

create function retire_code() returns trigger language plpgsql as $$
begin
  delete from retired_code where tenant_id = old.tenant_id and retired_at < now() - interval '1 day';
  insert into retired_code (tenant_id, id) values (old.tenant_id, old.code_id) on conflict do nothing;
  new.code_id := gen_random_uuid();
  return new;
end $$;
create trigger retire_code before update of token on dining_table
  for each row when (new.token is distinct from old.token) execute function retire_code();

create function end_sessions() returns trigger language plpgsql as $$
begin
  update staff_session set revoked_at = now()
  where tenant_id = new.tenant_id and staff_id = new.id and revoked_at is null;
  return null;
end $$;
create trigger end_sessions after update of active on staff
  for each row when (old.active and not new.active) execute function end_sessions();

alter table retired_code enable row level security;
alter table retired_code force row level security;
create policy own_tenant on retired_code
  using (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid);
create policy directory on retired_code for select to current_user using (true);

-- `revoked` names sessions and codes alike: both are ids that a token carries.
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

-- What ended in the last seconds, of all tenants: an api announces what nobody announced. Ids only.
create view recent_revocation as
  select tenant_id, id, false as is_code from staff_session where revoked_at > now() - interval '10 seconds'
  union all
  select tenant_id, id, true from retired_code where retired_at > now() - interval '10 seconds';

-- Down Migration

drop view recent_revocation;
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
    ) as revoked
  from tenant
  join tenant_counter on tenant_counter.tenant_id = tenant.id;
drop trigger end_sessions on staff;
drop trigger retire_code on dining_table;
drop function end_sessions();
drop function retire_code();
drop index staff_session_revoked_at;
drop table retired_code;
alter table dining_table drop column code_id;
