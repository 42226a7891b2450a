-- Up Migration
--
-- A create checked each of its deadlines against the request that the same statement had inserted, and the request against
-- its type and against the tenant's row, which it locked for all tables of a restaurant at once. Each check was a statement
-- of its own. The request's table proves the tenant, types are retired and never deleted, and a trigger deletes deadlines
-- with their request.
alter table deadline drop constraint deadline_tenant_id_request_id_fkey;
alter table request drop constraint request_tenant_id_fkey, drop constraint request_tenant_id_type_fkey;

create function delete_deadlines() returns trigger language plpgsql as $$
begin
  delete from public.deadline where tenant_id = old.tenant_id and request_id = old.id;
  return null;
end $$;
create trigger delete_deadlines after delete on request for each row execute function delete_deadlines();

create or replace function delete_tenant_log() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  own constant text := current_setting('waiter.tenant_id', true);
begin
  -- Row level security is forced on this function's owner too.
  perform set_config('waiter.tenant_id', old.id::text, true);
  -- The counter first: this waits for appends under way, and later ones find no counter.
  delete from public.tenant_counter where tenant_id = old.id;
  delete from public.outbox where tenant_id = old.id;
  delete from public.answer where tenant_id = old.id;
  delete from public.request where tenant_id = old.id;
  delete from public.event where tenant_id = old.id;
  perform set_config('waiter.tenant_id', coalesce(own, ''), true);
  return old;
end $$;

-- Each event calls it. Qualified names instead of a search path of its own, which Postgres sets and restores at each call.
create or replace function next_log_position(previous bigint) returns bigint
language plpgsql security definer as $$
begin
  return (
    select greatest(previous, base operator(pg_catalog.+) pg_catalog.pg_current_xact_id()::pg_catalog.text::pg_catalog.int8)
    from public.log_base
  );
end $$;

-- Down Migration

create or replace function next_log_position(previous bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select greatest(previous, base + pg_current_xact_id()::text::bigint) from public.log_base);
end $$;
create or replace function delete_tenant_log() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  own constant text := current_setting('waiter.tenant_id', true);
begin
  perform set_config('waiter.tenant_id', old.id::text, true);
  delete from public.tenant_counter where tenant_id = old.id;
  delete from public.outbox where tenant_id = old.id;
  delete from public.answer where tenant_id = old.id;
  delete from public.event where tenant_id = old.id;
  perform set_config('waiter.tenant_id', coalesce(own, ''), true);
  return old;
end $$;
drop trigger delete_deadlines on request;
drop function delete_deadlines();
-- Row level security is forced on the owner too: both tables are opened for this statement.
alter table deadline no force row level security;
alter table request no force row level security;
delete from deadline where not exists (
  select from request where request.tenant_id = deadline.tenant_id and request.id = deadline.request_id);
alter table deadline force row level security;
alter table request force row level security;
alter table request
  add foreign key (tenant_id) references tenant (id) on delete cascade,
  add foreign key (tenant_id, type) references request_type (tenant_id, key);
alter table deadline add foreign key (tenant_id, request_id) references request (tenant_id, id) on delete cascade;
