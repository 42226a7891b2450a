-- Up Migration
--
-- Sending: receipts of pushes, tests, and deliveries that a manager sends again.

-- The last test that this device showed.
alter table push_subscription add column last_test_shown_at timestamptz;
-- A device has one subscription.
create unique index push_subscription_device on push_subscription (tenant_id, session_id);

-- A subscription ends with its session. By a trigger, so that the previous release's writes count too.
create function end_push_subscription() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.push_subscription where tenant_id = new.tenant_id and session_id = new.id;
  return null;
end $$;
create trigger end_push_subscription after update of revoked_at on staff_session
  for each row when (new.revoked_at is not null) execute function end_push_subscription();

alter table delivery
  add column attempts integer not null default 0,
  -- When a manager sent it again: its step no longer counts.
  add column replayed_at timestamptz;
create index delivery_failed on delivery (tenant_id, ended_at, id) where state = 'failed';

-- A push that was sent to a device: its payload carries the secret.
create table push_receipt (
  tenant_id uuid not null,
  -- SHA-256 of the secret, which is stored nowhere.
  hash text not null,
  subscription_id uuid not null,
  -- Null: a test.
  delivery_id uuid,
  created_at timestamptz not null default now(),
  -- When the push service took it.
  accepted_at timestamptz,
  shown_at timestamptz,
  opened_at timestamptz,
  primary key (tenant_id, hash),
  foreign key (tenant_id, subscription_id) references push_subscription (tenant_id, id) on delete cascade,
  foreign key (tenant_id, delivery_id) references delivery (tenant_id, id) on delete cascade
);
create index push_receipt_subscription on push_receipt (tenant_id, subscription_id);
create index push_receipt_delivery on push_receipt (tenant_id, delivery_id);

alter table push_receipt enable row level security;
alter table push_receipt force row level security;
create policy own_tenant on push_receipt
  using (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid);

-- Down Migration

drop table push_receipt;
drop index delivery_failed;
alter table delivery drop column attempts, drop column replayed_at;
drop trigger end_push_subscription on staff_session;
drop function end_push_subscription();
drop index push_subscription_device;
alter table push_subscription drop column last_test_shown_at;
