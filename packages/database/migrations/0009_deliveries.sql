-- Up Migration
--
-- The ledger: who was rung for which step of a request, on which way, and what became of it.

alter table request
  -- Rises with each return to `new`. Not `step`: the previous release's statements make a column of that name.
  add column round integer not null default 1,
  -- {steps: [{afterS, to}], doneAfterS} as it was at creation; null in rows of the previous release.
  add column policy jsonb,
  -- When it counts as late, by its type at creation.
  add column late_at timestamptz,
  -- Since when no step of this round has reached anybody.
  add column unreached_at timestamptz;

alter table tenant
  -- When somebody was last on duty, or began: without duty for 14 days all active people count as on duty.
  add column duty_used_at timestamptz;
alter table duty
  -- The end 60 minutes after closing counts from here.
  add column confirmed_at timestamptz not null default now();

-- By a trigger, so that the previous release's writes count too.
create function note_duty() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update public.tenant set duty_used_at = now() where id = coalesce(new.tenant_id, old.tenant_id);
  return null;
end $$;
create trigger note_duty after insert or update or delete on duty for each row execute function note_duty();
-- Row level security is forced on the owner too: both tables are opened for this statement.
alter table tenant no force row level security;
alter table duty no force row level security;
update tenant set duty_used_at = now() where id in (select tenant_id from duty);
alter table tenant force row level security;
alter table duty force row level security;

-- `ring` fires a round's first step, and rings people who come on duty meanwhile; `not_done` returns a
-- request that was claimed and not completed. The previous release's sweeper asks for its own kinds only.
alter table deadline
  drop constraint deadline_kind_check,
  add constraint deadline_kind_check check (kind in ('escalation', 'expiry', 'ring', 'not_done'));
create index deadline_ring_due on deadline (due_at) where kind = 'ring';
create index deadline_not_done_due on deadline (due_at) where kind = 'not_done';

-- A device's Web Push subscription. Deleted with its session.
create table push_subscription (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  staff_id uuid not null,
  session_id uuid not null,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, endpoint),
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade,
  foreign key (tenant_id, session_id) references staff_session (tenant_id, id) on delete cascade
);
create index push_subscription_staff on push_subscription (tenant_id, staff_id);
create index push_subscription_session on push_subscription (tenant_id, session_id);

create table delivery (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  round integer not null check (round > 0),
  -- The request's level when it rang.
  step integer not null check (step >= 0),
  -- Null on a channel of the restaurant (ntfy, webhook), and where a step addressed nobody.
  staff_id uuid,
  channel text not null check (channel in ('socket', 'push', 'ntfy', 'webhook')),
  state text not null default 'due'
    check (state in ('due', 'sent', 'shown', 'opened', 'failed', 'superseded', 'unreachable')),
  reason text,
  created_at timestamptz not null default now(),
  -- Not sent before.
  due_at timestamptz not null default now(),
  -- The next step's time: what is still due then has failed.
  expires_at timestamptz not null,
  sent_at timestamptz,
  shown_at timestamptz,
  opened_at timestamptz,
  -- When it became failed, superseded or unreachable.
  ended_at timestamptz,
  -- The device that showed or opened it.
  session_id uuid,
  -- Until then other sweepers leave the row alone.
  claimed_until timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, request_id, round, step, staff_id, channel),
  foreign key (tenant_id, request_id) references request (tenant_id, id) on delete cascade,
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade
) with (fillfactor = 80);
create unique index delivery_nobody on delivery (tenant_id, request_id, round, step, channel) where staff_id is null;
create index delivery_staff on delivery (tenant_id, staff_id, created_at) where staff_id is not null;
create index delivery_age on delivery (tenant_id, created_at);
create index delivery_due on delivery (due_at) where state = 'due';

do $$
declare
  name text;
  own constant text := $own$nullif(current_setting('waiter.tenant_id', true), '')::uuid$own$;
begin
  foreach name in array array['push_subscription', 'delivery'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy own_tenant on %I using (tenant_id = %s) with check (tenant_id = %s)', name, own, own);
  end loop;
end $$;

-- A tenant's policy; one that was set as seconds alone keeps them.
create function effective_policy(policy jsonb, seconds integer[]) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(policy, jsonb_build_object(
    'steps', jsonb_build_array(jsonb_build_object('afterS', 0, 'to', 'assigned')) || coalesce((
      select jsonb_agg(jsonb_build_object('afterS', after_s,
        'to', case nth when 1 then 'zone' when 2 then 'everyone' else 'managers' end) order by nth)
      from unnest(seconds) with ordinality as step (after_s, nth)), '[]'),
    'doneAfterS', 1200))
$$;

-- Seconds from a round's beginning at level 0 to a level. The last step is repeated twice, each time after
-- the pause between the last two steps; null: there is no such level.
create function policy_offset_s(policy jsonb, level integer) returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case
    when level < count then (policy->'steps'->level->>'afterS')::integer
    when count > 1 and level < count + 2 then last + (level - count + 1) * (last - before)
  end
  from (select jsonb_array_length(policy->'steps') as count, (policy->'steps'->-1->>'afterS')::integer as last,
    (policy->'steps'->-2->>'afterS')::integer as before) as of
$$;

-- Which of the next `at_most` tenants after `last_seen` have ledger rows older than that.
create policy maintenance on delivery for select to current_user using (created_at < now() - interval '1 day');
create function tenants_with_old_deliveries(last_seen uuid, at_most integer, older_than interval)
returns table (scanned integer, last_id uuid, deliveries uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with page as materialized (
    select id from public.tenant where last_seen is null or id > last_seen order by id limit at_most
  )
  select
    (select count(*)::integer from page),
    (select id from page order by id desc limit 1),
    array(select id from page where exists (
      select from public.delivery
      where tenant_id = page.id and created_at < now() - greatest(older_than, interval '1 day')))
$$;
revoke all on function tenants_with_old_deliveries(uuid, integer, interval) from public;

-- Down Migration

drop function tenants_with_old_deliveries(uuid, integer, interval);
drop function policy_offset_s(jsonb, integer);
drop function effective_policy(jsonb, integer[]);
drop table delivery, push_subscription;
drop index deadline_ring_due, deadline_not_done_due;
alter table deadline no force row level security;
delete from deadline where kind in ('ring', 'not_done');
alter table deadline force row level security;
alter table deadline
  drop constraint deadline_kind_check,
  add constraint deadline_kind_check check (kind in ('escalation', 'expiry'));
drop trigger note_duty on duty;
drop function note_duty();
alter table duty drop column confirmed_at;
alter table tenant drop column duty_used_at;
alter table request drop column round, drop column policy, drop column late_at, drop column unreached_at;
