-- Up Migration
--
-- Codes and slugs that were retired were deleted only when the same restaurant retired another code, or when a slug was
-- taken again: of restaurants that never did, they stayed.
create policy purge on retired_code for delete to current_user using (retired_at < now() - interval '1 day');

-- Deletes at most `at_most` rows of each table, the oldest first; returns how many. No token that a retired code refuses
-- lives for a day; a slug is refused for ten years at most.
create function purge_retired(at_most integer) returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with codes as (
    delete from public.retired_code where (tenant_id, id) in (
      select tenant_id, id from public.retired_code
      where retired_at < now() - interval '1 day' order by retired_at limit at_most
    ) returning 1
  ), slugs as (
    delete from public.retired_slug where slug in (
      select slug from public.retired_slug
      where retired_at < now() - interval '10 years' order by retired_at limit at_most
    ) returning 1
  )
  select ((select count(*) from codes) + (select count(*) from slugs))::integer
$$;
revoke all on function purge_retired(integer) from public;

-- Down Migration

drop function purge_retired(integer);
drop policy purge on retired_code;
