-- Up Migration
--
-- Three rows of each command referred to the tenant's row: each check locked that one row, for all tables of a restaurant
-- at once. The counter's row, which every append locks, proves the tenant as well, and the policies of row level security
-- bind the rows to it. A trigger deletes with a tenant what the foreign keys deleted.
alter table event drop constraint event_tenant_id_fkey;
alter table outbox drop constraint outbox_tenant_id_fkey;
alter table answer drop constraint answer_tenant_id_fkey;

create function delete_tenant_log() returns trigger
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
  delete from public.event where tenant_id = old.id;
  perform set_config('waiter.tenant_id', coalesce(own, ''), true);
  return old;
end $$;
create trigger delete_tenant_log before delete on tenant for each row execute function delete_tenant_log();

-- Down Migration

drop trigger delete_tenant_log on tenant;
drop function delete_tenant_log();
alter table event add foreign key (tenant_id) references tenant (id) on delete cascade;
alter table outbox add foreign key (tenant_id) references tenant (id) on delete cascade;
alter table answer add foreign key (tenant_id) references tenant (id) on delete cascade;
