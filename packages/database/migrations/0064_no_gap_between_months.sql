-- Up Migration
--
-- Where the time zone had changed to one further west (see 0062), a release before left a gap of hours between two months. A
-- request that was created in it found no partition, and no request of its restaurant was moved any more. The later month
-- begins where the one before it ends; rows of such a month are read once, others are not touched.
create function close_history_gaps() returns void
language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
  late record;
begin
  for late in
    select name, begins, ends, gap_begins from (
      select relname as name, begins, ends, lag(ends) over (order by begins) as gap_begins
      from pg_inherits join pg_class on pg_class.oid = inhrelid,
        pg_get_expr(relpartbound, inhrelid) as bound,
        cast(substring(bound from $re$FROM \('([^']+)'\)$re$) as timestamptz) as begins,
        cast(substring(bound from $re$TO \('([^']+)'\)$re$) as timestamptz) as ends
      where inhparent = 'public.request_history'::regclass
    ) months
    where begins > gap_begins and begins < gap_begins + interval '2 days'
  loop
    execute format('alter table public.request_history detach partition public.%I', late.name);
    execute format('alter table public.request_history attach partition public.%I for values from (%L) to (%L)',
      late.name, late.gap_begins, late.ends);
  end loop;
end $$;
select close_history_gaps();
drop function close_history_gaps();

-- Down Migration

-- Months keep their bounds.
select;
