-- Up Migration
--
-- What each staff screen acknowledged last: a push is withheld only where a screen of that person showed the request.
create table screen (
  tenant_id uuid not null,
  session_id uuid not null,
  staff_id uuid not null,
  seq bigint not null,
  visible boolean not null,
  audible boolean not null,
  -- Null: not known, so not lately.
  touched_at timestamptz,
  seen_at timestamptz not null default now(),
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references staff_session (tenant_id, id) on delete cascade,
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade
) with (fillfactor = 50);
create index screen_staff on screen (tenant_id, staff_id);
alter table screen enable row level security;
alter table screen force row level security;
create policy own_tenant on screen
  using (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('waiter.tenant_id', true), '')::uuid);

-- Down Migration

drop table screen;
