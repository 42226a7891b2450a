-- Up Migration
--
-- What ends tokens and sockets of a whole restaurant, and of a person whose role changed.

-- The generation of a person's role. Staff tokens carry it; a new role gets a new one, and the device's session goes on.
alter table staff add column role_id uuid not null default gen_random_uuid();

-- Tokens of an older api carry no generation: for them the person's own id counts.
create function retire_role() returns trigger language plpgsql as $$
begin
  insert into retired_code (tenant_id, id) values (old.tenant_id, old.role_id), (old.tenant_id, old.id)
  on conflict (tenant_id, id) do update set retired_at = now();
  new.role_id := gen_random_uuid();
  return new;
end $$;
create trigger retire_role before update of role on staff
  for each row when (old.role is distinct from new.role) execute function retire_role();

-- A suspended tenant keeps everything and is served nothing.
alter table tenant add column suspended_at timestamptz;
create index tenant_suspended on tenant (suspended_at) where suspended_at is not null;

-- Of a suspended tenant, `revoked` also names the tenant itself.
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
      union all
      select tenant.id where tenant.suspended_at is not null
    ) as revoked,
    tenant.suspended_at
  from tenant
  join tenant_counter on tenant_counter.tenant_id = tenant.id
  where tenant.deleted_at is null;

-- A tenant that was suspended or deleted is named by its own id.
create or replace view recent_revocation as
  select tenant_id, id, false as is_code from staff_session where revoked_at > now() - interval '10 seconds'
  union all
  select tenant_id, id, true from retired_code where retired_at > now() - interval '10 seconds'
  union all
  select id, id, false from tenant
  where suspended_at > now() - interval '10 seconds' or deleted_at > now() - interval '10 seconds';

-- Down Migration

create or replace view recent_revocation as
  select tenant_id, id, false as is_code from staff_session where revoked_at > now() - interval '10 seconds'
  union all
  select tenant_id, id, true from retired_code where retired_at > now() - interval '10 seconds';
drop view tenant_directory;
create view tenant_directory as
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
drop index tenant_suspended;
alter table tenant drop column suspended_at;
drop trigger retire_role on staff;
drop function retire_role();
alter table staff drop column role_id;
