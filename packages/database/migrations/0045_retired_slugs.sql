-- Up Migration
--
-- The slug of a deleted restaurant is in printed QR codes and in links. Until a time after the deletion no other
-- restaurant takes it, unless the operator says so. A trigger notes it, because an api of the release before deletes too.
create table retired_slug (
  slug text primary key,
  retired_at timestamptz not null
);
alter table retired_slug enable row level security;
alter table retired_slug force row level security;
create policy maintenance on retired_slug to current_user using (true) with check (true);

create function retire_slug() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.retired_slug (slug, retired_at) values (old.slug, new.deleted_at)
    on conflict (slug) do update set retired_at = excluded.retired_at;
  return null;
end $$;
create trigger retire_slug after update of deleted_at on tenant for each row
  when (old.deleted_at is null and new.deleted_at is not null) execute function retire_slug();

-- Forgets `wanted` if its time is over, or with `reuse`. Returns from when it is free, or null: it is now. Other slugs
-- stay: their time is not this caller's to decide.
create function claim_slug(wanted text, reserved_for interval, reuse boolean) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.retired_slug
    where slug = wanted and (reuse or retired_at <= clock_timestamp() - reserved_for);
  return (select retired_at + reserved_for from public.retired_slug where slug = wanted);
end $$;

revoke all on function retire_slug() from public;
revoke all on function claim_slug(text, interval, boolean) from public;

-- Down Migration

drop trigger retire_slug on tenant;
drop function claim_slug(text, interval, boolean);
drop function retire_slug();
drop table retired_slug;
